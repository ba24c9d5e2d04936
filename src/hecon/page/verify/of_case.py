"""The analysis that a page was written from, run anew from its case: as the page's data tells how it was read."""

from typing import TYPE_CHECKING

from hecon.page.verify.page_file import PageFile
from hecon.results.case import Case, run_case
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis


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
    whole = [one.name for one in case.choose(data["structure"]).strategies]
    money = (str(data.get("currency", "")), str(data.get("price_year", "")))
    own = (case.settings.get("currency", ""), case.settings.get("price_year", ""))
    return Options(
        data["perspective"], data["threshold"], data["reference"], 0,
        strategies=() if list(told) == whole else told,
        scenario=data["scenario"], structure=data["structure"], effect=data["effect"],
        currency=money[0] if money != own else "", price_year=int(money[1]) if money != own and money[1] else None,
    )  # fmt: skip
