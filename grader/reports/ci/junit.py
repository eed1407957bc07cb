"""JUnit XML: one suite a lab, one test case a check.

The suite is built with junit-xml, whose element tree is then mended: it writes a `disabled` attribute and
unrounded times, which the schemas in use refuse, and it cannot write properties of a test case. No schema
allows those either, but whoever reads points reads them there, so only `strict` leaves them out.
"""

import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from datetime import UTC
from decimal import Decimal

from junit_xml import TestCase, TestSuite

from grader.reports.base import ReportOptions
from grader.reports.text import one_line, xml_safe
from grader.results import CheckResult, LabResult, Outcome
from grader.scoring import points_text

__all__ = ["render"]


def render(result: LabResult, options: ReportOptions) -> bytes:
    """The report as a file; valid against both the Jenkins and the Ant schema if strict."""
    root = ET.Element("testsuites")
    root.append(_suite(result, strict=options.strict))
    if not options.strict:  # the Ant schema allows no attributes here
        suite = root[0]
        root.attrib.update(
            {key: suite.attrib[key] for key in ("name", "tests", "failures", "errors", "time")}
        )
    ET.indent(root)
    file = io.BytesIO()
    ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return file.getvalue() + b"\n"


def _suite(result: LabResult, *, strict: bool) -> ET.Element:
    started_at = result.started_at.astimezone(UTC)
    suite: ET.Element = TestSuite(
        name=_name(result.lab),
        test_cases=[_case(result, check, strict=strict) for check in result.checks],
        hostname="localhost",
        id="0",
        package=_name(result.lab),
        # The Ant schema forbids the time zone; without it, other readers take the time for their own.
        timestamp=f"{started_at:%Y-%m-%dT%H:%M:%S}" + ("" if strict else "+00:00"),
        properties={name: xml_safe(value) for name, value in _suite_properties(result).items()},
    ).build_xml_doc()
    del suite.attrib["disabled"]
    suite.set("time", _seconds(sum(max(check.duration_s, 0) for check in result.checks)))
    for check, case in zip(result.checks, suite.findall("testcase"), strict=True):
        case.set("time", _seconds(check.duration_s))
        if not strict:
            case.insert(0, _properties(_case_properties(check)))
    if strict:
        _append_output(suite, result.checks)
    return suite


def _case(result: LabResult, check: CheckResult, *, strict: bool) -> TestCase:
    case = TestCase(
        name=_name(check.check.id),
        classname=_name(f"{result.lab}.{check.check.criterion.value}"),
        stdout=None if strict else xml_safe(check.output),
    )
    # Without a message junit-xml would count the case as passed.
    message = xml_safe(check.message).strip() or f"{check.outcome.value}, without a message"
    if check.outcome is Outcome.UNGRADED:
        case.add_error_info(message, _explanation(check, message), Outcome.UNGRADED.value)
    elif check.outcome is not Outcome.PASSED:
        kind = check.cause.value if check.cause else check.outcome.value
        case.add_failure_info(message, _explanation(check, message), kind)
    return case


def _explanation(result: CheckResult, message: str) -> str:
    """The text of a failure; it repeats the message, since some tools show the text, some the attribute."""
    points = f"{points_text(result.points)} of {points_text(result.check.points)} points"
    parts = [f"{one_line(result.check.title)} ({points})", message, result.traceback.strip("\n")]
    if result.check.hint:
        parts.append(f"Hint: {result.check.hint}")
    return xml_safe("\n\n".join(part for part in parts if part))


def _suite_properties(result: LabResult) -> dict[str, str]:
    by_hand = {
        "manual": "; ".join(f"{points_text(item.points)} {one_line(item.title)}" for item in result.manual),
        "manual_points": points_text(sum((item.points for item in result.manual), Decimal(0))),
    }
    return {
        "lab": result.lab,
        "status": result.status.value,
        "points": points_text(result.points),
        "max_points": points_text(result.max_points),
        "percent": points_text(result.percent),
        "seed": str(result.seed),
        "backend": result.backend,
        "isolation": result.isolation,
        "grader_version": result.grader_version,
        "rubric_hash": result.rubric_hash,
        "submission_hash": result.submission_hash,
        "services": ", ".join(f"{service.name} {service.version}" for service in result.services),
        **(by_hand if result.manual else {}),
    }


def _case_properties(result: CheckResult) -> dict[str, str]:
    return {
        "title": result.check.title,
        "criterion": result.check.criterion.value,
        "outcome": result.outcome.value,
        "cause": result.cause.value if result.cause else "",
        "points": points_text(result.points),
        "max_points": points_text(result.check.points),
        "hidden": str(result.check.hidden).lower(),
        "hint": result.check.hint,
    }


def _properties(values: Mapping[str, str]) -> ET.Element:
    element = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(element, "property", name=name, value=xml_safe(value))
    return element


def _append_output(suite: ET.Element, checks: Iterable[CheckResult]) -> None:
    """What the students' code printed, at the end of the suite: the Ant schema has no other place for it."""
    printed = (f"{one_line(check.check.id)}:\n{xml_safe(check.output)}" for check in checks if check.output)
    ET.SubElement(suite, "system-out").text = "\n".join(printed)
    ET.SubElement(suite, "system-err")


def _name(text: str) -> str:
    """A name that no reader finds empty."""
    return one_line(xml_safe(text)) or "unnamed"


def _seconds(seconds: float) -> str:
    return f"{max(seconds, 0):.3f}"
