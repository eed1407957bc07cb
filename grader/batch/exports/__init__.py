"""Exports: final grades as files for learning platforms, and for spreadsheets."""

from collections.abc import Mapping
from types import MappingProxyType

from grader.batch.exports import blackboard, canvas, classroom, moodle, table
from grader.batch.exports.export import Export, Exporter, LeftOut, Wishes

__all__ = ["EXPORTS", "Export", "Exporter", "LeftOut", "Wishes"]

EXPORTS: Mapping[str, Exporter] = MappingProxyType(
    {
        "csv": table.export,
        "canvas": canvas.export,
        "moodle": moodle.export,
        "blackboard": blackboard.export,
        "classroom": classroom.export,
    }
)
"""Every format, by its name on the command line."""
