"""Outputs of a step in GitHub Actions: lines to be added to the file that `GITHUB_OUTPUT` names.

Nothing in them is a student's, or has a line end: each line is one name and its value.
"""

from grader.reports.base import ReportOptions
from grader.reports.platforms import classroom
from grader.reports.text import one_line
from grader.results import LabResult
from grader.scoring import points_text

__all__ = ["render"]


def render(result: LabResult, options: ReportOptions) -> bytes:
    """The lines."""
    points, most = points_text(result.points), points_text(result.max_points)
    values = {
        "lab": result.lab,
        "status": result.status.value,
        "score": f"{points}/{most}",
        "points": points,
        "max": most,
        "percent": points_text(result.percent),
        "seed": str(result.seed),
        "isolation": result.isolation,
        "result": classroom.render(result, options).decode("ascii"),
    }
    return "".join(f"{name}={one_line(value)}\n" for name, value in values.items()).encode("utf-8")
