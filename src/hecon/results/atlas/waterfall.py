"""The waterfall of costs by cause, as a table and for its picture, and what each bar rests on."""

from collections.abc import Iterable

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.grid import Cell, Column, Grid
from hecon.results.atlas.causes import CAUSES, CONSUMPTION, LUMP, Bar
from hecon.results.atlas.comparison import Comparison, only
from hecon.results.atlas.provenance import ORDER

IN_LUMP = "in the lump"
NONE = "none counted"
WHICH, MONEY = Column("comparison", "Comparison"), Column("money", "Money")


def waterfall(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and bar: both arms, the difference, and what it rests on; the total last."""
    columns = (
        WHICH, Column("cause", "Cause"), Column("strategy", "Strategy (added)", 0), Column("reference", "Comparator (avoided)", 0),
        Column("difference", "Difference", 0), Column("own", "Difference, own money", 0), Column("counted", "In the total"),
        Column("worst", "Worst fact"), Column("assumed", "Money assumed"), Column("hatched", "Hatched"), MONEY,
    )  # fmt: skip
    rows = tuple(row for one in found for row in _waterfall(one))
    note = (
        "Hatched: over half of the bar's money is assumed, and no sentence summarises it. 'in the lump': hidden in a published lump "
        "of that arm, not 0. 'none counted': the case has no such cost."
    )
    return Grid("waterfall", "Costs by cause, discounted at the common rates, over the lifetime", columns, rows, note)


def provenance(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and bar: the share of its money by the worst fact of each item."""
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
    """Every bar that the societal total counts, with its difference, or why it has none; causes without a bar are left out."""
    found: list[tuple[Bar, Estimate | str]] = []
    for bar in one.flows.bars:
        if one.counted(bar):
            hidden = one.in_lump(bar, 0) or one.in_lump(bar, 1)
            found.append((bar, IN_LUMP if hidden else one.amount(only(bar))))
    return tuple(found)


def _waterfall(one: Comparison) -> Iterable[tuple[Cell, ...]]:
    met = {bar.cause for bar in one.flows.bars}
    bars = list(one.flows.bars) + [
        Bar(cause) for cause in CAUSES if cause not in met and cause not in (LUMP, CONSUMPTION)
    ]
    place = {cause: k for k, cause in enumerate(CAUSES)}
    bars.sort(key=lambda bar: place.get(bar.cause, len(CAUSES) - 1.5))
    money = one.money
    for bar in bars:
        hidden = [one.in_lump(bar, arm) for arm in (0, 1)]
        counted = "yes" if one.counted(bar) else "memo"
        if bar not in one.flows.bars:
            cells: list[Cell] = [IN_LUMP if one_hidden else NONE for one_hidden in hidden]
            whole = IN_LUMP if any(hidden) else NONE
            yield (one.name, bar.text, *cells, whole, None, "", "", "", "", money.printed)
            continue
        k = one.flows.bars.index(bar)
        arms = [float(money.of(rows[k, -1]).mean()) for rows in (one.flows.strategy, one.flows.reference)]
        cells = [IN_LUMP if one_hidden else arm for arm, one_hidden in zip(arms, hidden, strict=True)]
        found = one.basis(only(bar))
        difference: Cell = IN_LUMP if any(hidden) else one.amount(only(bar))
        own = None if any(hidden) else float(one.flows.difference(only(bar)).mean())
        yield (
            one.name, bar.text, *cells, difference, own, counted, found.worst, f"{found.assumed:.0%}",
            "yes" if found.hatched else "", money.printed,
        )  # fmt: skip
    rows = one.flows.rows(one.counted)
    arms = [float(money.of(side[rows, -1].sum(axis=0)).mean()) for side in (one.flows.strategy, one.flows.reference)]
    found = one.basis(one.counted)
    yield (
        one.name, "all costs of society", *arms, one.amount(one.counted), float(one.flows.difference(one.counted).mean()), "",
        found.worst, f"{found.assumed:.0%}", "yes" if found.hatched else "", money.printed,
    )  # fmt: skip
