"""JUnit XML: the schemas of Jenkins and of Ant, and what programs that read it add up."""

import re
from collections import Counter
from decimal import Decimal
from typing import Any

from junitparser import xunit2
from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from tests.reports.validators.faults import SCHEMAS, require, text_of

__all__ = ["check_junit", "check_strict_junit"]

JENKINS = etree.XMLSchema(file=str(SCHEMAS / "jenkins-junit-10.xsd"))
ANT = etree.XMLSchema(file=str(SCHEMAS / "windyroad-JUnit.xsd"))

_TIME = re.compile(r"\d+\.\d{3}")
_VERDICTS = frozenset({"failure", "error", "skipped"})


def check_junit(content: bytes) -> None:
    """What everybody reads: only the properties of test cases go beyond Jenkins' schema."""
    tree = _tree(content)
    suite = tree.find("testsuite")
    require(suite is not None and len(tree) == 1, "it has not one suite")
    totals = _properties(suite)
    cases = [_properties(case) for case in suite.iter("testcase")]
    for points in ("points", "max_points"):
        added = sum((Decimal(case[points]) for case in cases), Decimal(0))
        require(added == Decimal(totals[points]), f"the {points} of its test cases add up to {added}")
    _count(suite, Counter(case["outcome"] for case in cases))
    require(
        (totals["status"] == "incomplete") == (suite.get("errors") != "0"),
        "its status and its errors do not fit",
    )
    for name in ("name", "tests", "failures", "errors", "time"):
        require(tree.get(name) == suite.get(name), f"its {name} is not that of its suite")
    _read_again(content, cases)
    for case in suite.iter("testcase"):
        require(case[0].tag == "properties", "the properties of a test case do not stand first")
        case.remove(case[0])
    JENKINS.assertValid(tree)


def check_strict_junit(content: bytes) -> None:
    """What keeps to both schemas."""
    tree = _tree(content)
    JENKINS.assertValid(tree)
    ANT.assertValid(tree)
    suite = tree[0]
    found: Counter[str] = Counter()
    for case in suite.iter("testcase"):
        found[next((child.tag for child in case if child.tag in _VERDICTS), "passed")] += 1
    _count(suite, Counter(ungraded=found["error"], failed=found["failure"], passed=found["passed"]))


def _tree(content: bytes) -> Any:  # noqa: ANN401 (lxml has no types)
    require(content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n"), "it does not name its encoding")
    text_of(content)
    tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    require(tree.getroottree().docinfo.doctype == "", "it declares a document type")
    require(not tree.xpath("//comment() | //processing-instruction()"), "it has more than elements")
    names = Counter((case.get("classname"), case.get("name")) for case in tree.iter("testcase"))
    twice = [name for name, count in names.items() if count > 1]
    require(not twice, f"test cases have one name: {twice[:1]}")
    for case in tree.iter("testcase"):
        _verdict(case)
        require(_TIME.fullmatch(case.get("time", "")), f"a test case took {case.get('time')!r}")
    return tree


def _verdict(case: Any) -> None:  # noqa: ANN401 (lxml has no types)
    """At most one of what says that a case did not pass; with a kind, a message and a text."""
    verdicts = [child for child in case if child.tag in _VERDICTS]
    require(len(verdicts) <= 1, f"{case.get('name')!r} has {len(verdicts)} verdicts")
    for verdict in verdicts:
        whole = verdict.get("type") and verdict.get("message", "").strip() and (verdict.text or "").strip()
        require(whole, f"the {verdict.tag} of {case.get('name')!r} lacks a type, a message or a text")


def _count(suite: Any, outcomes: Counter[str]) -> None:  # noqa: ANN401 (lxml has no types)
    """The suite's numbers are those of its cases, and each case has the verdict of its outcome."""
    count = outcomes.total()
    errors = outcomes["ungraded"]
    failures = count - errors - outcomes["passed"]
    for name, number in (("tests", count), ("errors", errors), ("failures", failures)):
        require(suite.get(name) == str(number), f"its {name} are {suite.get(name)}, and there are {number}")
    require(suite.get("skipped", "0") == "0", "it skips tests")
    require(len(suite.findall("testcase/error")) == errors, "not every ungraded check is an error")
    require(len(suite.findall("testcase/failure")) == failures, "not every lost check is a failure")


def _properties(element: Any) -> dict[str, str]:  # noqa: ANN401 (lxml has no types)
    found = [(item.get("name"), item.get("value")) for item in element.findall("properties/property")]
    require(len(dict(found)) == len(found), "a property is there twice")
    return dict(found)


def _read_again(content: bytes, cases: list[dict[str, str]]) -> None:
    """Another program reads the same from it."""
    suites: list[Any] = list(xunit2.JUnitXml.fromstring(content))
    require(len(suites) == 1 and suites[0].tests == len(cases), "junitparser finds another number of tests")
    read = [{item.name: item.value for item in case.properties()} for case in suites[0]]
    require(read == cases, "junitparser finds other properties of test cases")
