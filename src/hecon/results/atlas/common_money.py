"""The common money of the atlas: by what a case's amounts are multiplied, where an index allows it."""

from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.inputs.conversion import own_money
from hecon.inputs.money_factor import Money, money_factor
from hecon.results.atlas.comparison import InMoney

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def in_money(book: "Book", currency: str, price_year: int) -> InMoney:
    """The money of a case and the common money; a case without an index stays in its own, and `how` says why.

    All amounts of a book are in one money, so that one factor brings every total to another.

    >>> from hecon.inputs.book import make_book
    >>> in_money(make_book("demo", [], settings={"currency": "USD", "price_year": 2023}), "EUR", 2023).factor
    0.739454
    >>> in_money(make_book("demo", []), "EUR", 2023)
    InMoney(own='currency units', common='EUR 2023', factor=None, how='its settings name no currency and price year')
    """
    own, common = own_money(book), Money(currency, price_year)
    if own is None:
        words = f"{book.settings.get('currency', '')} {book.settings.get('price_year', '')}".strip() or "currency units"
        return InMoney(words, str(common), None, "its settings name no currency and price year")
    try:
        factor = money_factor(own, common, book.settings.get("country", ""))
    except InputError as error:
        return InMoney(str(own), str(common), None, str(error))
    return InMoney(str(own), str(common), factor.value, " ".join(factor.steps))
