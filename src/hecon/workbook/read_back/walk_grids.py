"""The walk as tables: one for people, of each strategy, and one of all numbers as CSV."""

from collections.abc import Sequence

from hecon.analysis.cost_effectiveness.totals import effect_words
from hecon.grid import Cell, Column, Grid
from hecon.results.layouts.words import increments, of_money
from hecon.workbook.read_back.walk import Point, Walk
from hecon.workbook.sheets.changes_sheet import STATUSES

BASE, END = "submitted base case", "as the workbook holds it"
ORDER_MATTERS = (
    "Each step adds its change to those before it, so what a change adds depends on their order; 'alone' is each change by"
    " itself from the submitted base case. The steps add up to the whole difference; those alone need not."
)


def walk_grids(walk: Walk) -> list[Grid]:
    """A table for each strategy that is compared: increments after each step, what the step adds, what it does alone.

    >>> walk_grids(Walk(("a",), ("A",), "none", "", (), (), ()))
    []
    """
    if not walk.points:
        return []
    columns = (
        Column("step", "Step"), Column("name", "Changed"), Column("change", "Change"),
        *increments(walk.effect), Column("inb", "Inc. net benefit", 0), Column("difference", "Difference", 0),
        Column("alone", "Alone", 0),
    )  # fmt: skip
    grids = []
    for k in walk.compared:
        rows = []
        for number, name, what, words, point, difference, alone in lines(walk, k):
            more, gain, ratio, benefit = walk.increment(point, k)
            shown: tuple[Cell, ...] = (more, gain, ratio or "reference", benefit)
            if point.refused:
                shown = (None, None, "not computed", None)
            whose = name if what in ("", "value", "Control", "a table") else f"{name}, {what}"
            rows.append((number, whose, words, *shown, _number(difference), _number(alone)))
        reasons = [f"Not computed: {point.refused}" for point in walk.points if point.refused]
        note = "\n".join([ORDER_MATTERS, *reasons])
        title = f"ICER walk, {walk.labels[k]} against the reference{of_money(walk.money)}"
        grids.append(Grid("walk", title, columns, tuple(rows), note))
    return grids


def walk_table(walk: Walk) -> Grid:
    """All numbers of the walk, for every strategy: cost and effect too, and each change alone.

    >>> walk_table(Walk(("a",), ("A",), "none", "", (), (), ())).rows
    ()
    """
    names = (
        "strategy", "step", "name", "what", "change", "cost", effect_words(walk.effect), "inc_cost", "inc_effect", "icer",
        "status", "net_benefit", "inc_net_benefit", "difference", "alone_inc_cost", "alone_inc_effect", "alone_icer",
        "alone_status", "alone_difference",
    )  # fmt: skip
    texts = ("strategy", "step", "name", "what", "change", "status", "alone_status")
    rows: list[tuple[Cell, ...]] = []
    for k, strategy in enumerate(walk.strategies if walk.points else ()):
        singles = [None, *walk.alone]
        for (number, name, what, words, point, difference, alone), single in zip(lines(walk, k), singles, strict=True):
            total: tuple[Cell, ...] = (None, None, None)
            if not point.refused:
                cost, effect = float(point.cost[k]), float(point.effect[k])
                total = (cost, effect, point.threshold * effect - cost)
            increments_ = numbers(walk, point, k)
            mine = numbers(walk, single, k) if single is not None else (None,) * 5
            rows.append(
                (strategy, number, name, what, words, *total[:2], *increments_[:4], total[2], increments_[4],
                 _number(difference), *mine[:4], _number(alone))
            )  # fmt: skip
    return Grid("walk", "ICER walk", tuple(Column(one, one, None if one in texts else 6) for one in names), tuple(rows))


def lines(walk: Walk, k: int) -> list[tuple[str, str, str, str, Point, float | None, float | None]]:
    """The lines of one strategy: number, name, what, change, result, what the step adds to net benefit, what it adds alone."""
    start = walk.increment(walk.points[0], k)[3]
    found: list[tuple[str, str, str, str, Point, float | None, float | None]] = [
        ("0", "", "", BASE, walk.points[0], None, None)
    ]
    for change, point, step, alone in zip(walk.changes, walk.points[1:], walk.steps(k), walk.alone, strict=True):
        single = walk.increment(alone, k)[3] - start
        found.append((change.number, change.name, change.what, change.words, point, step, single))
    return found


def numbers(walk: Walk, point: Point, k: int) -> Sequence[float | str | None]:
    """Increments, ICER (none where there is no ratio), status, incremental net benefit."""
    if point.refused:
        return None, None, None, f"not computed: {point.refused}", None
    more, gain, ratio, benefit = walk.increment(point, k)
    return more, gain, ratio.value if ratio else None, STATUSES[ratio.status if ratio else "reference"], benefit


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else value
