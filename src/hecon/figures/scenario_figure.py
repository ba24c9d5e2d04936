"""Scenarios and subgroups side by side: the incremental net benefit of each, deterministic and probabilistic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.analysis.sensitivity.scenarios import BASE, ScenarioTable
from hecon.analysis.sensitivity.subgroups import SubgroupTable
from hecon.digits import money_text
from hecon.figures.figure_style import COLOURS, canvas, legend_below, thousands, tick_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Dot:
    """One line of the picture: its label, the deterministic value, and the probabilistic one where there is one."""

    label: str
    deterministic: float
    probabilistic: Estimate | None


def scenario_figure(table: ScenarioTable, strategy: str, ax: "Axes | None" = None) -> "Figure":
    """Each scenario's INMB of `strategy`, the base case on top and as a line.

    >>> from hecon.analysis.sensitivity.scenarios import ScenarioTable
    >>> scenario_figure(ScenarioTable((), 0, None, "USD 2020"), "drug").axes[0].get_xlabel()
    'Incremental net monetary benefit (USD 2020)'
    """
    rows = [row for row in table.rows if row.strategy == strategy]
    second = {row.scenario: row.inmb for row in rows if row.basis == "probabilistic"}
    dots = [
        Dot(row.label or row.scenario, row.inmb.mean, second.get(row.scenario))
        for row in rows
        if row.basis == "deterministic"
    ]
    base = next((row.inmb.mean for row in rows if row.scenario == BASE), None)
    note = ""
    if rows:
        reading = rows[0].reading
        note = f"{strategy} against {reading.reference}, {reading.perspective} perspective, "
        note += f"{money_text(reading.wtp)} per unit of effect"
        note += f"; {table.draws:,} draws." if table.draws else "."
    return _dots(dots, base, table.currency, note, ax)


def subgroup_figure(table: SubgroupTable, strategy: str, ax: "Axes | None" = None) -> "Figure":
    """Each subgroup's INMB of `strategy`, the weighted whole last and as a line.

    >>> subgroup_figure(SubgroupTable((), "a", "payer", 10.0, 0.0, 0, "USD 2020"), "b").axes[0].get_xlabel()
    'Incremental net monetary benefit (USD 2020)'
    """
    rows = [row for row in table.rows if row.strategy == strategy]
    second = {row.subgroup: row.inmb for row in rows if row.basis == "probabilistic"}
    dots = [
        Dot(f"{row.label or row.subgroup} ({row.weight:.0%})", row.inmb.mean, second.get(row.subgroup))
        for row in rows
        if row.basis == "deterministic"
    ]
    whole = dots[-1].deterministic if dots else None
    note = f"{strategy} against {table.reference}, {table.perspective} perspective, {money_text(table.wtp)} per unit of effect"
    note += f"; {table.draws:,} draws." if table.draws else "."
    return _dots(dots, whole, table.currency, note, ax)


def _dots(dots: Sequence[Dot], line: float | None, currency: str, note: str, ax: "Axes | None") -> "Figure":
    """A row per dot: filled for deterministic, open with its 95% interval for probabilistic; 0 dashed where in sight."""
    figure, (axes,) = canvas(height=1.6 + 0.33 * len(dots), ax=ax)
    for k, dot in enumerate(dots):
        found = dot.probabilistic
        if found is not None and found.low is not None and found.high is not None:
            axes.plot([found.low, found.high], [k + 0.16] * 2, color="0.5", linewidth=1.2)
            axes.plot([found.mean], [k + 0.16], "D", color="white", mec="black", markersize=4.5)
        axes.plot([dot.deterministic], [k], "o", color=COLOURS[0], markersize=6)
    if line is not None:
        axes.axvline(line, color="0.2", linewidth=0.9)
    low, high = axes.get_xlim()
    if low < 0 < high:
        axes.axvline(0, color="0.2", linestyle=(0, (5, 3)), linewidth=1)
    axes.set_yticks(range(len(dots)), [tick_label(dot.label) for dot in dots])
    axes.invert_yaxis()
    axes.set_xlabel(f"Incremental net monetary benefit ({currency or 'currency units'})")
    thousands(axes.xaxis)
    axes.plot([], [], "o", color=COLOURS[0], markersize=6, label="deterministic")
    if any(dot.probabilistic for dot in dots):
        axes.plot([], [], "D", color="white", mec="black", markersize=4.5, label="probabilistic mean, 95% interval")
    legend_below(figure, [axes], note)
    return figure
