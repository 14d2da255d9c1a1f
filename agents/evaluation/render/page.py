"""The HTML report: one page that needs nothing but itself, with links to the replays that lie beside it.

The folder ``templates`` holds what the page says and how it looks, `sections` the data for it. Whatever is put into a
template is escaped; the drawings, which this package makes itself, are the one exception.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from agents.evaluation.render.sections import sections
from agents.evaluation.render.values import condition, number
from agents.evaluation.report import Report
from worlds.kit.words import printable

if TYPE_CHECKING:
    from jinja2 import Environment


def page(report: Report) -> str:
    """The whole page; the same report gives the same page."""
    return environment().get_template("page.html.jinja").render(report=report, sections=sections(report))


@cache
def environment() -> "Environment":
    """What compiles the templates of this package and no others. A name that a template misspells is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # not before a page is written: it costs a start

    made = Environment(
        loader=PackageLoader("agents.evaluation.render"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, auto_reload=False, finalize=_fit,
    )  # fmt: skip
    made.filters.update(number=number, condition=condition)
    return made


def _fit(value: Any) -> Any:
    """Words fit to be shown: a page holds no control characters."""
    return printable(value) if type(value) is str else value
