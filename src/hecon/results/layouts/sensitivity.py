"""The layouts of what other values of inputs would give: one input, two, where they turn the decision, all at once."""

from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
from hecon.analysis.sensitivity.one_way import OneWay, Swing
from hecon.analysis.sensitivity.threshold import ThresholdTable
from hecon.analysis.sensitivity.two_way import TwoWay
from hecon.digits import money_text, number_text
from hecon.grid import DATA, MEDIA, PAGE, ROOMY, SHEET, TERMINAL, Cell, Column, Grid
from hecon.results.layouts.words import at_threshold, layout, of_money

_WIDE = (SHEET, DATA)


@layout.register
def _(table: OneWay) -> Grid:
    """Every input with a range, widest first: its range, and the outcome over it."""
    several = MEDIA if len(table.strategies) > 1 else (DATA,)
    what = table.measure
    columns = (
        Column("strategy", "Strategy", media=several), Column("reference", "Against", media=(DATA,)),
        Column("parameter", "Input"), Column("label", "Label", media=ROOMY), Column("unit", "Unit", media=ROOMY),
        Column("base_value", "Base", -6, media=_WIDE), Column("low", "Low", -6, media=_WIDE),
        Column("high", "High", -6, media=_WIDE), Column("range", "Range", media=(TERMINAL, PAGE)),
        Column("measure", "Measure", media=(DATA,)), Column("base", f"{what} in the base case", 0, media=_WIDE),
        Column("at_low", f"{what} at low", 0), Column("at_high", f"{what} at high", 0),
        Column("least", f"Lowest {what}", 0, media=_WIDE), Column("most", f"Highest {what}", 0, media=_WIDE),
        Column("width", "Width", 0), Column("below", "At low less base", 0, media=(SHEET,)),
        Column("above", "At high less base", 0, media=(SHEET,)),
        Column("monotone", "Shape", words={True: "", False: "turns"}),
        Column("changes_decision", "Decision", words={True: "changes", False: ""}),
    )  # fmt: skip

    def cells(row: Swing) -> tuple[Cell, ...]:
        low, high = float(row.values[0]), float(row.values[-1])
        at_low, at_high = float(row.outcome[0]), float(row.outcome[-1])
        return (
            row.strategy, table.reference, row.name, row.label or row.name, row.unit, row.base_value, low, high,
            f"{number_text(low, -4)} to {number_text(high, -4)}", what, row.base, at_low, at_high, row.least, row.most,
            row.width, at_low - row.base, at_high - row.base, row.monotone, row.changes_decision,
        )  # fmt: skip

    title = f"One-way sensitivity against {table.reference} {at_threshold(table)}, {table.perspective} perspective"
    return Grid("one_way", f"{title}{of_money(table.currency)}", columns, tuple(map(cells, table.rows)))


@layout.register
def _(found: TwoWay) -> Grid:
    """The decision map: the best strategy at each pair of values, the largest `y` on top."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (float(y), *map(str, row)) for y, row in zip(found.y_values, found.best_names(), strict=True)
    )
    title = f"Best strategy over {found.x} and {found.y} {at_threshold(found)}"
    here = f"{found.x} {found.x_base:,.4g} and {found.y} {found.y_base:,.4g}"
    note = f"In the base case, {here}: {found.strategies[found.base_best]}."
    return Grid("two_way", title, _map_columns(found), rows[::-1], note)


def two_way_margin_grid(found: TwoWay) -> Grid:
    """By how much the best strategy beats the second best at each pair of values, in net benefit.

    >>> import numpy as np
    >>> x = np.array([1.0, 2.0])
    >>> net = np.array([[[0.0, 5.0], [0.0, 5.0]], [[1.0, 1.0], [1.0, 1.0]]])
    >>> one = TwoWay("fee", "gain", 1.0, 1.0, x, x, ("s", "t"), ("S", "T"), net, net.argmax(axis=0), 1, "payer", 1.0, "qaly")
    >>> two_way_margin_grid(one).rows[0]
    (2.0, 1.0, 4.0)
    """
    rows = tuple((float(y), *row) for y, row in zip(found.y_values, found.margin.tolist(), strict=True))
    return Grid("margin", "By how much it beats the second best, in net benefit", _map_columns(found), rows[::-1])


@layout.register
def _(table: ThresholdTable) -> Grid:
    """Where each input would change the decision, in words."""
    columns = (
        Column("parameter", "Input"), Column("base_value", "Base"),
        Column("found", f"against {table.reference} at {money_text(table.wtp)}"),
    )  # fmt: skip
    rows = tuple((row.name, number_text(row.base_value, -6), row.in_words(table.strategy)) for row in table.rows)
    return Grid("thresholds", f"Where inputs change the decision, {table.perspective} perspective", columns, rows)


@layout.register
def _(found: GlobalSensitivity) -> Grid:
    """Indices of every factor, most influential first."""
    about = (("method", "Method"), ("strategy", "Strategy"), ("reference", "Against"))
    columns = (
        *(Column(name, heading, media=(DATA,)) for name, heading in about), Column("factor", found.method),
        Column("label", "Label", media=ROOMY), Column("members", "Drawn together", media=(DATA,)),
        *(Column(name, name, -3) for name in found.columns),
    )  # fmt: skip
    first = (found.method, found.strategy, found.reference)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (*first, row.name, row.label, " ".join(row.members), *row.values) for row in found.with_dummy()
    )
    title = f"Global sensitivity of the net benefit of {found.strategy} against {found.reference}, {found.runs:,} runs"
    return Grid("global_sensitivity", title, columns, rows, found.note)


def _map_columns(found: TwoWay) -> tuple[Column, ...]:
    across = (Column(f"x {k}", f"{value:,.4g}", 0) for k, value in enumerate(found.x_values))
    return (Column(found.y, f"{found.y} by {found.x}", -4), *across)
