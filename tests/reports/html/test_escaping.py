"""No text of anybody's becomes markup, whatever it is."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.reports.base import ReportOptions
from grader.reports.html import CourseEntry, Standing, render, render_course
from grader.reports.text import visible
from grader.results import CheckResult, LabResult, ManualPoints, Outcome, Pattern, ServiceInfo
from tests.reports.html.reading import find, parse, shape
from tests.reports.html.sample_course import make_course
from tests.reports.sample_results import incomplete, lab_results, texts, typical
from tests.reports.validators import check_report

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "</pre></details></li></ol></section><h1>100 of 100</h1>",
    '" onmouseover=alert(1) x="',
    "' autofocus onfocus=alert(1) '",
    "--><!-- <![CDATA[ ]]>",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "&lt;b&gt; &#60;b&#62; &amp",
    "</title></textarea></noscript></template></svg></math><b>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "\u2028\u2029\u202e\x00\x1b[31m\x9b\ud800\udfff\ufffe\r\r\n\t",
    "<meta http-equiv=refresh content=0;url=https://example.org>",
    "<base href=https://example.org>",
    "\uff1cscript\uff1e \u2039b\u203a \u02ba",
]
hostile = st.one_of(
    st.sampled_from(PAYLOADS),
    texts,
    st.text("<>&\"'/=`!- \n\x00\u2028\ud800abscript{}%#", max_size=60),
    st.lists(st.sampled_from(PAYLOADS), max_size=3).map("".join),
)


def poisoned(result: LabResult, text: str) -> LabResult:
    """The result with the text in every place that holds text."""

    def poison(check: CheckResult, number: int) -> CheckResult:
        return replace(
            check,
            check=replace(check.check, title=text, hint=text),
            message="" if check.outcome is Outcome.PASSED else f"{text} {number}",
            traceback=f"{text} {number}" if check.cause else "",
            output=text,
            teacher_note=text,
        )

    return replace(
        result,
        lab=text,
        title=text,
        backend=text,
        isolation=text,
        grader_version=text,
        rubric_hash=text,
        submission_hash=text,
        services=(ServiceInfo(text, text),),
        checks=tuple(poison(check, number) for number, check in enumerate(result.checks)),
        manual=(ManualPoints(text, Decimal(3)),),
        notes=(text, text),
    )


def student_page(text: str, result: LabResult) -> bytes:
    pattern = Pattern(text, text, "https://example.org/")
    return render(replace(poisoned(result, text), pattern=pattern), ReportOptions())


def course_page(text: str) -> bytes:
    entries, about = make_course(3)
    people = [
        replace(
            entry,
            student=text,
            name=text,
            message=text,
            late=text,
            page=text,
            result=entry.result and poisoned(entry.result, text),
        )
        for entry in (*entries, CourseEntry("r", "", Standing.REFUSED, Decimal(0)))
    ]
    return render_course(
        people, replace(about, lab=text, title=text, grader_version=text, rubric_hash=text, facts=(text,))
    )


@settings(deadline=None, max_examples=25)
@given(hostile)
def test_no_element_and_no_attribute_of_a_result_page_comes_from_text(text: str) -> None:
    for result in (typical(), incomplete()):
        assert shape(student_page(f"x{text}", result)) == shape(student_page("x", result))


@settings(deadline=None, max_examples=12)
@given(hostile)
def test_no_element_and_no_attribute_of_a_course_page_comes_from_text(text: str) -> None:
    assert shape(course_page(f"x{text}")) == shape(course_page("x"))


@settings(deadline=None, max_examples=20)
@given(hostile)
def test_nothing_unseen_is_in_a_page_and_addresses_stay_what_they_are(text: str) -> None:
    for page in (student_page(f"x{text}", typical()), course_page(f"x{text}")):
        check_report("html", page)
        for link in find(parse(page), "//*[@href]"):
            assert str(link.get("href")).startswith(
                ("#", "./", "data:image/svg+xml,", "https://example.org/")
            )


@settings(deadline=None, max_examples=40)
@given(hostile)
def test_a_reader_sees_the_text_as_it_is(text: str) -> None:
    root = parse(student_page(f"x{text}", typical()))
    notes = [
        "".join(str(part) for part in note.itertext()) for note in find(root, "//section[@class='notes']//li")
    ]
    assert notes == [visible(f"x{text}")] * 2


@settings(deadline=None, max_examples=40)
@given(lab_results())
def test_any_result_is_a_page_with_one_style_and_one_script(result: LabResult) -> None:
    page = render(result, ReportOptions())
    check_report("html", page)
    root = parse(page)
    listed = find(root, "//li[starts-with(@class, 'check ')]")
    assert len(listed) == len(result.checks)
