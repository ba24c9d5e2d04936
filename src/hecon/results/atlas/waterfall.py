"""The waterfall of costs by cause, as a table and for its picture, and what each bar rests on."""

from collections.abc import Iterable

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.causes import LUMP
from hecon.grid import Cell, Column, Grid
from hecon.results.atlas.causes import CAUSES, CONSUMPTION, Bar, in_order
from hecon.results.atlas.comparison import Comparison, only
from hecon.results.atlas.provenance import ORDER

IN_LUMP, MAY_BE_IN_LUMP = "in the lump", "0, or in the lump"
NONE = "none counted"
OUTSIDE = "not in this perspective"
WHICH, MONEY = Column("comparison", "Comparison"), Column("money", "Money")


def waterfall(found: Iterable[Comparison], every_cause: bool = True) -> Grid:
    """A row per comparison and bar: both arms, the difference, and what it rests on; the total last.

    With `every_cause`, a row too for each cause of which a comparison has no cost.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> waterfall([cells_v_care()]).rows[0][1:4]
    ('product', 1000.0, 200.0)
    """
    columns = (
        WHICH, Column("cause", "Cause"), Column("strategy", "Strategy (added)", 0), Column("reference", "Comparator (avoided)", 0),
        Column("difference", "Difference", 0), Column("own", "Difference, own money and rates", 0),
        Column("counted", "In the total"), Column("worst", "Worst fact"), Column("assumed", "Money assumed"),
        Column("hatched", "Hatched"), MONEY,
    )  # fmt: skip
    rows = tuple(row for one in found for row in _rows(one, every_cause))
    note = (
        "Hatched: over half of the bar's money is assumed, and no sentence summarises it. 'in the lump': hidden in a published "
        "lump of that arm, not 0. 'none counted': the case has no such cost."
    )
    return Grid("waterfall", "Costs by cause, discounted at the common rates, over the lifetime", columns, rows, note)


def provenance(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and bar: the share of its money by the worst fact of each item.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> provenance([cells_v_care()]).rows[1][:2]
    ('demo: cells v care', 'delivery')
    """
    columns = (
        WHICH, Column("cause", "Cause"), *(Column(fact, fact, 2) for fact in ORDER), Column("none", "the model's own number", 2),
        Column("hatched", "Hatched"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        for bar in one.flows.bars:
            money = one.money_by_fact.get(bar, {})
            whole = sum(money.values())
            if whole:
                shares = [money.get(fact, 0.0) / whole for fact in (*ORDER, "")]
                rows.append((one.name, bar.text, *shares, "yes" if one.hatched(only(bar)) else ""))
    note = "Shares of the money (both arms, base case) by the worst input that an item's amount uses."
    return Grid("provenance", "What each bar rests on", columns, tuple(rows), note)


def bars_shown(one: Comparison) -> tuple[tuple[Bar, Estimate | str], ...]:
    """Every bar that the societal total counts, with its difference, or why it has none; causes without a bar are left out.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> [(bar.text, found.mean) for bar, found in bars_shown(cells_v_care())][1:]
    [('delivery', 100.0), ('side effects of chemotherapy', -400.0)]
    """
    found: list[tuple[Bar, Estimate | str]] = []
    for bar in one.flows.bars:
        if one.counted(bar):
            hidden = one.hidden(bar.cause)
            found.append((bar, hidden_text(one) if hidden else one.amount(only(bar))))
    return tuple(found)


def not_counted(one: Comparison) -> tuple[str, ...]:
    """The known causes of which a comparison has no cost, in no lump either.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> not_counted(cells_v_care())[:2]
    ('subsequent treatment', 'disease care')
    """
    met = {bar.cause for bar in (*one.flows.bars, *one.left_out)}
    missing = (cause for cause in CAUSES if cause not in met and cause not in (LUMP, CONSUMPTION))
    return tuple(cause for cause in missing if not one.hidden(cause))


def _rows(one: Comparison, every_cause: bool) -> Iterable[tuple[Cell, ...]]:
    met = {bar.cause for bar in one.flows.bars}
    without = not_counted(one)
    missing = [cause for cause in CAUSES if cause not in met and cause not in (LUMP, CONSUMPTION)]
    bars = in_order((*one.flows.bars, *(Bar(cause) for cause in missing if every_cause or cause not in without)))
    for bar in bars:
        yield _bar_row(one, bar) if bar in one.flows.bars else _missing_row(one, bar)
    money, found = one.money, one.basis(one.counted)
    rows = one.flows.rows(one.counted)
    arms = [float(money.of(side[rows, -1].sum(axis=0)).mean()) for side in (one.flows.strategy, one.flows.reference)]
    own = sum(more for bar, more in one.own_rates.items() if one.counted(bar))
    yield (
        one.name, f"all costs of {one.whose}", *arms, one.amount(one.counted), own, "", found.worst, f"{found.assumed:.0%}",
        "yes" if found.hatched else "", money.printed,
    )  # fmt: skip


def _bar_row(one: Comparison, bar: Bar) -> tuple[Cell, ...]:
    k, money, found = one.flows.bars.index(bar), one.money, one.basis(only(bar))
    hidden = [one.in_lump(bar.cause, arm) for arm in (0, 1)]
    amounts = [float(money.of(side[k, -1]).mean()) for side in (one.flows.strategy, one.flows.reference)]
    arms = [hidden_text(one) if inside else amount for amount, inside in zip(amounts, hidden, strict=True)]
    difference: Cell = hidden_text(one) if any(hidden) else one.amount(only(bar))
    own = None if any(hidden) else one.own_rates.get(bar, 0.0)
    return (
        one.name, bar.text, *arms, difference, own, "yes" if one.counted(bar) else "memo", found.worst, f"{found.assumed:.0%}",
        "yes" if found.hatched else "", money.printed,
    )  # fmt: skip


def _missing_row(one: Comparison, bar: Bar) -> tuple[Cell, ...]:
    arms = [hidden_text(one) if one.in_lump(bar.cause, arm) else NONE for arm in (0, 1)]
    return (
        one.name,
        bar.text,
        *arms,
        next((text for text in arms if text != NONE), NONE),
        None,
        "",
        "",
        "",
        "",
        one.money.printed,
    )


def hidden_text(one: Comparison) -> str:
    """What is printed of a cause in a lump: whether the case says that it is there.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> hidden_text(cells_v_care())
    '0, or in the lump'
    """
    return IN_LUMP if one.about.lump_holds else MAY_BE_IN_LUMP
