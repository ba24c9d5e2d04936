"""Headroom as tables: a line per row, the prices of one row by its effect, and what the row's values rest on. No ratio is here."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.digits import money_text
from hecon.grid import DATA, ROOMY, SHEET, TERMINAL, Cell, Column, Grid
from hecon.results.headroom.headroom import ProductHeadroom, headroom_rows

if TYPE_CHECKING:
    from hecon.results.case import Case

_FILES = (SHEET, DATA)
NOTE = (
    "No effect is claimed: a row says which effect would cover a price, not what the effect is. A price and a cost of making are "
    "of one unit sold, blank where none is known; a comparator's price holds its maker's margin, a cost of making none."
)


def headroom_grid(case: "Case", folder: Path) -> Grid:
    """The rows of a case, one line each; `folder` is that of its model.py.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.results.headroom.example import one_product
    >>> with TemporaryDirectory() as folder:
    ...     grid = headroom_grid(*one_product(folder))
    >>> grid.column("price"), grid.column("at_price")
    ([75.0], ['0.75 or better (+0.75 QALY)'])
    """
    return overview(headroom_rows(case, folder))


def overview(found: Sequence[ProductHeadroom]) -> Grid:
    """A line per row: stated price and cost of making it, and the effect that each needs.

    >>> overview([]).columns[0].heading
    'Row'
    """
    columns = (
        Column("row", "Row", media=(TERMINAL, *_FILES)), Column("label", "Product", media=ROOMY),
        Column("population", "Population", media=_FILES), Column("comparator", "Comparator", media=ROOMY),
        Column("case", "Modelled in full in", media=_FILES), Column("effect", "Effect", media=(TERMINAL, *_FILES)),
        Column("effect_label", "Effect, in words", media=ROOMY), Column("unit_sold", "Sold per"),
        Column("currency", "Money"), Column("wtp", "Threshold", 0, media=_FILES),
        Column("at_no_effect", "Worth it without effect up to", 0, media=_FILES),
        Column("as_gift", "Needs even as a gift", media=_FILES), Column("price", "Stated price", 0),
        Column("at_price", "Needs at that price"), _chance("price"),
        Column("made", "Cost of making", 0), Column("at_cost", "Needs at that cost"), _chance("cost"),
        Column("known", "What is known", media=_FILES), Column("needed", "What would have to be true", media=_FILES),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            one.row.name, one.row.label, one.row.population, one.row.comparator, one.row.case, one.row.effect, one.effect,
            one.row.unit_sold, one.currency, one.wtp, one.at_no_effect, one.words(one.as_gift), one.price,
            _at_price(one), one.chances[0], one.made, one.words(one.at_cost), one.chances[1], one.row.known, one.row.needed,
        )
        for one in found
    ]  # fmt: skip
    return Grid("headroom", "Headroom: what would have to be true", columns, tuple(rows), NOTE)


def prices_by_effect(one: ProductHeadroom) -> Grid:
    """The price at which a row's product is worth it, for each effect, beside the stated price and the cost of making it.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.results.headroom.example import one_product
    >>> with TemporaryDirectory() as folder:
    ...     (one,) = headroom_rows(*one_product(folder))
    >>> prices_by_effect(one).rows
    ((0.0, 0.0, '0', 'too high', 'too high'), (1.0, 1.0, '100', 'covered', 'covered'), (2.0, 2.0, '200', 'covered', 'covered'))
    """
    columns = (
        Column("effect", f"{one.by_effect.name} ({one.row.no_effect:g} is no effect)", -3), Column("gain", "QALYs gained", 3),
        Column("worth", f"Worth it up to ({one.currency} per {one.row.unit_sold})"), Column("price", "Stated price is"),
        Column("made", "Cost of making is"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            float(x),
            float(gain),
            _worth(float(worth)),
            _covered(one.price, float(worth)),
            _covered(one.made, float(worth)),
        )
        for x, gain, worth in zip(one.by_effect.points, one.by_effect.gain, one.by_effect.worth, strict=True)
    ]
    title = f"{one.row.label}: price by effect at {one.wtp:,.0f} {one.currency} per QALY, {one.perspective} perspective"
    return Grid(f"headroom_{one.row.name}", title, columns, tuple(rows))


def facts(one: ProductHeadroom) -> Grid:
    """What the values of a row rest on; all others are the case's own parameters.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.results.headroom.example import one_product
    >>> with TemporaryDirectory() as folder:
    ...     (one,) = headroom_rows(*one_product(folder))
    >>> facts(one).rows
    (('price', 'price of a dose', '75', 'read', 'trial_1', 'a list price'),)
    """
    names = (
        ("name", "Input"),
        ("label", "What it is"),
        ("value", "Value"),
        ("provenance", "Provenance"),
        ("source", "Source"),
    )
    columns = (*(Column(*pair) for pair in names), Column("words", "Note"))
    rows = tuple((x.name, x.label, x.value, x.provenance, x.source, x.words) for x in one.facts)
    return Grid(f"headroom_facts_{one.row.name}", f"{one.row.label}: what its values rest on", columns, rows)


def _at_price(one: ProductHeadroom) -> str:
    """What is needed at the stated price; where neither a price nor a cost is known, what is needed as a gift."""
    return (
        one.words(one.at_price)
        if one.price is not None or one.made is not None
        else f"as a gift: {one.words(one.as_gift)}"
    )


def _chance(of: str) -> Column:
    return Column(f"chance_{of}", "Chance of that in a prior centred at no effect", 2, media=_FILES)


def _worth(price: float) -> str:
    return money_text(price) if price >= 0 else f"not even at 0 ({money_text(price)})"


def _covered(price: float | None, worth: float) -> str:
    if price is None:
        return "-"
    return "covered" if worth >= price else "too high"
