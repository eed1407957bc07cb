"""One validator for each format of a report: every test, and every tool that looks at reports, asks these.

A validator takes the bytes of a report and raises what is wrong with it. It knows the format, and nothing of
the result, so that it holds for a file that somebody finds as well as for one that a test has made.
"""

import binascii
from collections.abc import Callable, Mapping
from types import MappingProxyType

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from grader.errors import GraderError
from tests.reports.validators.ci import check_annotations, check_markdown, check_outputs
from tests.reports.validators.faults import FaultyReportError, has_control, is_command
from tests.reports.validators.junit import check_junit, check_strict_junit
from tests.reports.validators.pages import check_page
from tests.reports.validators.platforms import (
    check_classroom,
    check_classroom50,
    check_gradescope,
    check_prairielearn,
)
from tests.reports.validators.records import check_ctrf, check_for_student, check_record

__all__ = [
    "OTHERS",
    "VALIDATORS",
    "FaultyReportError",
    "Validator",
    "check_report",
    "has_control",
    "is_command",
]

Validator = Callable[[bytes], None]

VALIDATORS: Mapping[str, Validator] = MappingProxyType(
    {
        "junit": check_junit,
        "json": check_record,
        "html": check_page,
        "markdown": check_markdown,
        "annotations": check_annotations,
        "outputs": check_outputs,
        "ctrf": check_ctrf,
        "classroom": check_classroom,
        "classroom50": check_classroom50,
        "gradescope": check_gradescope,
        "prairielearn": check_prairielearn,
    }
)
"""By the name of the format in `grader.reports.FORMATS`."""

OTHERS: Mapping[str, Validator] = MappingProxyType(
    {"strict junit": check_strict_junit, "student's json": check_for_student, "course page": check_page}
)
"""What is no format of its own."""


def check_report(name: str, content: bytes) -> None:
    """Validates a report of a format, or of `OTHERS`.

    Raises:
        FaultyReportError: What is wrong with it.
    """
    try:
        (VALIDATORS.get(name) or OTHERS[name])(content)
    except (etree.LxmlError, binascii.Error, ValueError, ArithmeticError, GraderError) as error:
        raise FaultyReportError(f"{type(error).__name__}: {str(error)[:300]}") from error
