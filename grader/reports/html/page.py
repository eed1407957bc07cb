"""A page in one file: nothing is loaded from anywhere, and nothing in it runs but the grader's own script.

Whatever a template prints is made visible and then escaped, with no exception for anybody's text; there is
no inline JSON. Should a text become markup all the same, the page's policy knows its one style and its one
script by their hashes and refuses every other.
"""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.reports.html import words
from grader.reports.text import visible
from grader.scoring import points_text

__all__ = ["make_page"]


def make_page(name: str, context: Mapping[str, object]) -> bytes:
    """The page of a template, with the style and the script of the same name."""
    style = _asset("base.css") + _asset(f"{name}.css")
    script = _asset("base.js") + _asset(f"{name}.js")
    page = (
        _environment()
        .get_template(f"{name}.html")
        .render(
            context,
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 (the grader's own file)
            script=Markup(script),  # noqa: S704 (the grader's own file)
        )
    )
    return page.encode("utf-8")


@cache
def _asset(name: str) -> str:
    return (resources.files("grader.reports.html") / "assets" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "points": points_text,
        "seconds": words.seconds,
        "how_many": words.how_many,
        "moment": words.moment,
    }
    environment.globals |= {"OUTCOMES": words.OUTCOMES}
    return environment


def _shown(value: object) -> object:
    """The text with each unseen character as its escape; it is escaped for HTML after this."""
    return visible(value) if type(value) is str else value


def _policy(style: str, script: str) -> str:
    return (
        "default-src 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode('utf-8')).digest()).decode('ascii')}"
