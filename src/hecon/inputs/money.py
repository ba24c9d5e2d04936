"""Whether all amounts of money are of one currency and one price year: columns, units and settings agree."""

from typing import TYPE_CHECKING

from hecon.errors import Fault
from hecon.inputs.units import unit_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Parameter


def currency_faults(book: "Book", mixed: bool = False) -> list[Fault]:
    """All amounts of money share one currency, of one price year: the settings', or else the first parameter's.

    Where one of them gives its currency and price year, all give both. Where they are `mixed`, to be converted, they may
    differ.

    >>> from hecon.inputs.book import Book
    >>> from hecon.inputs.parameter import Parameter
    >>> fee = Parameter(name="fee", value=1.0, unit="EUR per year", currency="USD", price_year="2020")
    >>> print(*currency_faults(Book("demo", {"fee": fee})))
    fee: its unit says EUR, its currency USD; correct one of them
    """
    costs = [one for one in book.parameters.values() if one.currency or one.price_year]
    money = [one for one in book.parameters.values() if one.currency or one.price_year or unit_of(one).kind == "money"]
    faults = [fault for one in money for fault in _own_faults(one)]
    for column, what in (("currency", "currency"), ("price_year", "price year")):
        wanted = book.settings.get(column, "") or next((text for one in money if (text := _said(one, column))), "")
        origin = "the settings say" if book.settings.get(column) else "other costs are in"
        for one in money:
            own = getattr(one, column)
            if costs and not own:
                faults.append(Fault(one.place(column), f"has no {what}; a cost needs both currency and price year"))
            elif not mixed and (said := _said(one, column)) and said != wanted:
                text = (
                    f"{what} is {said}, but {origin} {wanted}; convert it, and record how, or run with --currency and "
                    "--price-year, which convert every amount"
                )
                faults.append(Fault(one.place(column if own else "unit"), text))
    return faults


def _said(one: "Parameter", column: str) -> str:
    """The currency or price year of a parameter: in its own column, or else in its unit."""
    unit = unit_of(one)
    return str(getattr(one, column)) or (unit.currency if column == "currency" else unit.year)


def _own_faults(one: "Parameter") -> list[Fault]:
    """A unit that contradicts its row's own columns."""
    unit = unit_of(one)
    pairs = (("currency", unit.currency, one.currency), ("price year", unit.year, one.price_year))
    return [
        Fault(one.place("unit"), f"its unit says {said}, its {what} {own}; correct one of them")
        for what, said, own in pairs
        if said and own and said != own
    ]
