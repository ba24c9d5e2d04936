"""The common money of the atlas: by what a case's amounts are multiplied, where an index allows it."""

from typing import TYPE_CHECKING

from hecon.results.atlas.comparison import InMoney

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def in_money(book: "Book", currency: str, price_year: int) -> InMoney:
    """The money of a case and the common money; a case without an index stays in its own, and `how` says why.

    >>> from hecon.inputs.book import make_book
    >>> in_money(make_book("demo", [], settings={"currency": "EUR", "price_year": 2023}), "EUR", 2023).factor
    1.0
    """
    own = f"{book.settings.get('currency', '')} {book.settings.get('price_year', '')}".strip()
    common = f"{currency} {price_year}"
    if own == common:
        return InMoney(own, common, 1.0, "the case's own")
    return InMoney(own or "currency units", common, None, "no index")
