"""The kinds of downloads, one file each; `readers` gives them in the order in which they are tried."""

from grader.batch.handed_in.kinds.blackboard import BlackboardReader
from grader.batch.handed_in.kinds.canvas import CanvasReader
from grader.batch.handed_in.kinds.classroom import ClassroomReader
from grader.batch.handed_in.kinds.classroom50 import Classroom50Reader
from grader.batch.handed_in.kinds.folders import FoldersReader
from grader.batch.handed_in.kinds.gradescope import GradescopeReader
from grader.batch.handed_in.kinds.moodle import MoodleReader
from grader.batch.handed_in.piece import Reader


def readers(canvas_users: frozenset[str]) -> tuple[Reader, ...]:
    """All readers, those with the surest evidence first; any folder is a folder of folders."""
    return (
        GradescopeReader(),
        Classroom50Reader(),
        MoodleReader(),
        BlackboardReader(),
        CanvasReader(users=canvas_users),
        ClassroomReader(),
        FoldersReader(),
    )
