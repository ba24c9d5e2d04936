"""The scripts of a page's engine: the printed model with the functions that it calls, as one function `make_model`."""

from importlib.resources import files
from typing import TYPE_CHECKING

from hecon.page.functions_script import functions_script

if TYPE_CHECKING:
    from hecon.page.model_script import ModelScript

_AFTER = ("rows.js", "over_time.js", "model_end.js")


def engine_script(model: "ModelScript") -> str:
    """The text of `function make_model() {...}`, for a page, its workers, or a test.

    >>> from hecon.page.model_script import model_script
    >>> from hecon.workbook.example import one_visit
    >>> engine_script(model_script(*one_visit())).splitlines()[0]
    'function make_model() {'
    """
    parts = [functions_script(), model.text, *map(javascript, _AFTER)]
    return "\n".join(["function make_model() {", '"use strict";', *parts, "}"])


def javascript(name: str) -> str:
    """The text of one of the page's own scripts.

    >>> javascript("rows.js").splitlines()[0][:36]
    '// What a printed model calls beside'
    """
    return (files("hecon.page") / "javascript" / name).read_text(encoding="utf-8")
