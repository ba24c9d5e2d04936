"""The analysis that a page was written from, run anew from its case: as the page's data tells how it was read."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hecon.page.verify.page_file import PageFile
from hecon.results.case import Case, run_case
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis

_OPTION = re.compile(r"--([a-z-]+) (.+?)(?= --|$)")  # as the page tells which command makes its case again


def analysis_of(found: PageFile, case: Case) -> "Analysis":
    """The base case of `case` with the structure, scenario and strategies of the page, read as the page reads it.

    Raises:
        HeconError: a structure, scenario or strategy that the case does not have.

    >>> from hecon import open_case
    >>> from hecon.page.verify.page_file import read_page
    >>> from hecon.page.write_page import page_text
    >>> from hecon.workbook.example import one_visit
    >>> case = open_case(*one_visit())
    >>> page = read_page(page_text(case.run(draws=0, perspective="payer", wtp=20_000, effect="none")))
    >>> analysis_of(page, case).perspective
    'payer'
    """
    return run_case(case, options_of(found, case))


def options_of(found: PageFile, case: Case) -> Options:
    """How the page was asked for, without draws, whose number its data tells.

    >>> from hecon import open_case
    >>> from hecon.page.verify.page_file import read_page
    >>> from hecon.page.write_page import page_text
    >>> from hecon.workbook.example import one_visit
    >>> case = open_case(*one_visit())
    >>> page = read_page(page_text(case.run(draws=0, perspective="payer", wtp=20_000, effect="none")))
    >>> options_of(page, case).perspective
    'payer'
    """
    data = found.data
    told = tuple(one["name"] for one in data["strategies"])
    whole = tuple(one.name for one in case.choose(data["structure"]).strategies)
    again = dict(_OPTION.findall(data.get("again", "")))
    year = again.get("price-year", "")
    return Options(
        data["perspective"], data["threshold"], data["reference"], 0, strategies=() if told == whole else told,
        scenario=data["scenario"], structure=data["structure"], effect=data["effect"],
        currency=again.get("currency", ""), price_year=int(year) if year else None,
        jurisdiction=again.get("jurisdiction", ""), scheme=_scheme(data),
    )  # fmt: skip


def _scheme(data: Mapping[str, Any]) -> str:
    """The agreement that the submitted base case is under; "" for none."""
    held = data.get("agreements")
    named = {one["value"]: str(one["name"]) for one in held["choices"]} if held else {}
    return named.get(held["base"], "") if held else ""
