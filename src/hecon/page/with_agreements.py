"""The model of the page with all agreements that it can hold behind the switch `agreement`, as `hecon twin --schemes` carries them.

An agreement that the model does not hold is left out and named; the others stay.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.paying.payments import number
from hecon.errors import HeconError
from hecon.structure.agreements.carried import MANUFACTURER, Carried, Flow, carried, most
from hecon.structure.agreements.items import SWITCH
from hecon.structure.agreements.reading import SHEET, agreements_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.results.analysis import Analysis
    from hecon.structure.lowering import Model


@dataclass(frozen=True)
class PageAgreements:
    """The `model` and `book` that the page prints; `carried` is None where there is no agreement to choose. `prices` are the
    multiples of the list price that the agreements name, in the order of the switch's numbers from 1. `left_out` names
    agreements that the page cannot hold, each with the reason.
    """

    model: "Model"
    book: "Book"
    carried: Carried | None
    prices: tuple[float, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def most(self, flow: Flow) -> tuple[str, ...]:
        """Names of the counts that say what a payment can be at most; none for what is no payment on a condition.

        >>> PageAgreements(None, None, None).most(Flow(1, "", "well", 1.0, "", "drug, x"))
        ('at most: drug, x',)
        """
        if not flow.condition or flow.refund or flow.to != MANUFACTURER:
            return ()
        return tuple(map(most, flow.items))


def with_agreements_of(analysis: "Analysis") -> PageAgreements:
    """What the page prints of a run: its model and book with every agreement of the inputs behind the switch, or as they are.

    The book's value of the switch is 0, or the agreement that the run is under.

    Raises:
        HeconError: an analysis without its model.

    >>> from hecon.results.example import one_product
    >>> found = with_agreements_of(one_product(schemes=({"name": "cheap", "terms": "Discount('0.2')"},)))
    >>> found.book.parameters["agreement"].value, found.prices, found.left_out
    (0.0, (1.0,), ())
    """
    model, book = analysis.at_hand()
    if not book.records.get(SHEET):
        return PageAgreements(model, book, None)
    kept, left_out = _held(model, book)
    names = {name for name, _ in left_out}
    records = tuple(row for row in book.records[SHEET] if row["name"] not in names)
    told = tuple(left_out)
    if not kept:
        return PageAgreements(model, book, None, left_out=told)
    found = carried(model, replace(book, records={**book.records, SHEET: records}))
    if found is None:
        why = "not on the page: the agreements are about several products or strategies"
        return PageAgreements(model, book, None, left_out=(*told, *((name, why) for name in kept)))
    values = {name: one.value for name, one in book.parameters.items()}
    prices = tuple(float(np.mean(number(one.price, values, one.name))) for one in found.agreements)
    return PageAgreements(found.model, replace(found.book, records=book.records), found, prices, told)


def _held(model: "Model", book: "Book") -> tuple[list[str], list[tuple[str, str]]]:
    """Names of the agreements that the model holds, one by one, and those that it does not, with the reason."""
    kept: list[str] = []
    left_out: list[tuple[str, str]] = []
    values = {name: one.value for name, one in book.parameters.items()}
    for one in agreements_of(book):
        rows = tuple(row for row in book.records[SHEET] if row["name"] == one.name)
        try:
            number(one.price, values, f"agreement {one.name}")
            if SWITCH not in book.parameters:
                carried(model, replace(book, records={**book.records, SHEET: rows}))
        except HeconError as error:
            why = str(error).splitlines()[-1].strip(" -")
            left_out.append((one.name, f"not on the page: {why}"))
            continue
        kept.append(one.name)
    return kept, left_out
