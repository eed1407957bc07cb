"""What was handed in: folders, archives, and the downloads of learning platforms and classroom tools."""

from grader.batch.handed_in.collect import collect
from grader.batch.handed_in.hand_in import (
    Collected,
    CollectionLimits,
    DownloadKind,
    HandIn,
    Member,
    Unmatched,
)

__all__ = ["Collected", "CollectionLimits", "DownloadKind", "HandIn", "Member", "Unmatched", "collect"]
