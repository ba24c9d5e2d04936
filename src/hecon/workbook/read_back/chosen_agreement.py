"""The agreement that a workbook has in force, as a setting of its inputs: a run of them pays as that agreement says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.structure.agreements.items import SWITCH
from hecon.structure.agreements.lowering import with_switch
from hecon.structure.agreements.reading import agreements_of
from hecon.workbook.sheets.input_options import option_names

if TYPE_CHECKING:
    from hecon.inputs.book import Book

AGREEMENTS, IN_FORCE, CARRIES = "Agreements", "Agreement in force", "Carries"  # lines of the cover


def facts_of_agreements(names: Sequence[str], in_force: str, every: bool) -> list[tuple[str, str]]:
    """What the cover says of the agreements that a workbook carries; `every` where it was asked for all there are.

    >>> facts_of_agreements(("thirds", "back"), "", False)
    [('Agreements', 'thirds; back')]
    """
    told = [(CARRIES, "agreements and budget" * every), (AGREEMENTS, "; ".join(names)), (IN_FORCE, in_force)]
    return [(what, words) for what, words in told if words]


def with_the_switch(book: "Book", facts: Mapping[str, str]) -> "Book":
    """The inputs with the switch, where the cover says that the workbook carries agreements.

    Raises:
        InputError: agreements that the inputs do not have any more.

    >>> from hecon.inputs.book import make_book
    >>> book = make_book("demo", [], records={"schemes": ({"name": "cheap", "terms": "Discount('0.2')"},)})
    >>> with_the_switch(book, {"Agreements": "cheap"}).parameters["agreement"].value
    0.0
    """
    names = facts[AGREEMENTS].split("; ") if facts.get(AGREEMENTS) else []
    if not names:
        return book
    known = {one.name: one for one in (agreements_of(book) if book.records.get("schemes") else ())}
    if missing := ", ".join(name for name in names if name not in known):
        raise InputError(f"the workbook carries the agreements {missing}, which schemes.csv of {book.case} has no more")
    return with_switch(book, [known[name] for name in names], facts.get(IN_FORCE, ""))


def unswitched(book: "Book") -> "Book":
    """A book without the switch; its setting `agreement` names the one that was in force, and there is none at 0.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure.agreements.terms import Agreement
    >>> book = with_switch(make_book("demo", []), [Agreement("thirds", "", ())], "thirds")
    >>> unswitched(book).settings, unswitched(book).parameters
    ({'agreement': 'thirds'}, {})
    """
    switch = book.parameters.get(SWITCH)
    if switch is None:
        return book
    settings = {name: text for name, text in book.settings.items() if name != SWITCH}
    if switch.value:
        settings[SWITCH] = option_names(switch)[switch.value]
    parameters = {name: one for name, one in book.parameters.items() if name != SWITCH}
    return replace(book, parameters=parameters, settings=settings)
