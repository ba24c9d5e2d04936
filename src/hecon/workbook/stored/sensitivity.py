"""Stored sheets DSA, TwoWay, GSA, Scenarios and Subgroups: what other inputs, choices and patients would give."""

from collections.abc import Mapping
from dataclasses import replace

from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
from hecon.analysis.sensitivity.one_way import OneWay
from hecon.analysis.sensitivity.scenarios import ScenarioTable
from hecon.analysis.sensitivity.subgroups import SubgroupTable
from hecon.analysis.sensitivity.two_way import TwoWay
from hecon.grid import SHEET, on
from hecon.results.layouts.arranged import across
from hecon.results.layouts.layout import layout
from hecon.results.layouts.sensitivity import two_way_margin_grid
from hecon.workbook.stored.sheet import Chart, Part, StoredSheet

_SHOWN = 15  # bars


def dsa_sheet(found: OneWay, ran_with: str) -> StoredSheet:
    """One table a comparison: every input with a range, widest first.

    >>> dsa_sheet(OneWay((), "INMB", "a", "payer", 10.0, "qaly", "EUR 2020", "range"), "base case").parts
    ()
    """
    parts, every = [], layout(found)
    for one in found.strategies:
        title = f"{one} against {found.reference}: one input at a time"
        grid = replace(every.where("strategy", one), title=title, note="INMB is the incremental net monetary benefit.")
        shown = min(_SHOWN, len(grid.rows))
        chart = Chart(
            "bars", f"{title}, {shown} widest", "label", ("below", "above"), "Input",
            f"INMB less the base case's ({found.currency})", shown, aside=True,
        )  # fmt: skip
        parts.append(Part(grid, chart))
    left = (f"Without a range, left out: {', '.join(found.left_out)}.",) if found.left_out else ()
    return StoredSheet("DSA", "One-way sensitivity of every comparison", ran_with, tuple(parts), left)


def two_way_sheet(found: TwoWay, ran_with: str, x_label: str, y_label: str) -> StoredSheet:
    """The decision map: the best strategy at each pair of values, and by how much it beats the second.

    >>> import numpy as np
    >>> x = np.array([1.0, 2.0])
    >>> grid = np.zeros((2, 2, 2))
    >>> one = TwoWay("a", "b", 1.0, 1.0, x, x, ("s", "t"), ("S", "T"), grid, grid[0].astype(int), 0, "payer", 1.0, "qaly")
    >>> two_way_sheet(one, "base case", "A", "B").parts[0].grid.rows[0]
    (2.0, 's = t', 's = t')
    """
    parts = (Part(layout(found), shades=found.strategies), Part(two_way_margin_grid(found)))
    title = f"Two-way sensitivity: {x_label} (across) and {y_label} (down)"
    return StoredSheet("TwoWay", title, ran_with, parts)


def gsa_sheet(found: Mapping[str, GlobalSensitivity], ran_with: str) -> StoredSheet:
    """One table a comparison: indices of every factor, most influential first.

    >>> gsa_sheet({}, "512 runs").name
    'GSA'
    """
    parts = []
    for one, table in found.items():
        grid = layout(table)
        drawn = tuple(name for name in table.columns if not name.endswith("_conf"))[:2]
        title = f"{one} against {table.reference}: {table.method} indices of the incremental net benefit"
        parts.append(Part(grid, Chart("bars", title, "label", drawn, "Input", "Index", min(_SHOWN, len(table.rows)))))
    return StoredSheet("GSA", "Global sensitivity", ran_with, tuple(parts))


def scenarios_sheet(found: ScenarioTable, ran_with: str) -> StoredSheet:
    """The results of each scenario, below what each changes: deterministic, and probabilistic where there were draws.

    >>> scenarios_sheet(ScenarioTable((), 0, None, "EUR 2020"), "base case").parts
    ()
    """
    parts = tuple(_scenarios(found, one) for one in dict.fromkeys(row.strategy for row in found.rows))
    note = (f"Probabilistic: {found.draws:,} draws of each scenario, seed {found.seed}.",) if found.draws else ()
    return StoredSheet("Scenarios", "Scenarios", ran_with, parts, note)


def subgroups_sheet(found: SubgroupTable, ran_with: str) -> StoredSheet:
    """Each subgroup and all together.

    >>> subgroups_sheet(SubgroupTable((), "a", "payer", 10.0, 0.0, 0, "EUR 2020"), "base case").name
    'Subgroups'
    """
    grid = layout(found)
    shown = sum(row.basis == "deterministic" for row in found.rows)
    title = f"Subgroups against {found.reference}, deterministic"
    chart = Chart("bars", title, "label", ("inmb",), "Subgroup", f"INMB ({found.currency})", shown)
    return StoredSheet("Subgroups", "Subgroups", ran_with, (Part(replace(grid, note=""), chart),), (grid.note,))


def _scenarios(found: ScenarioTable, strategy: str) -> Part:
    """A row per scenario of one comparison: deterministic, then probabilistic."""
    grid = on(layout(found), SHEET).where("strategy", strategy)
    wide = replace(across(grid, "basis", ["scenario", "label"]), title=f"{strategy} in each scenario")
    ys = ("inmb 0", "inmb 1") if found.draws else ("inmb 0",)
    title = f"Incremental net benefit of {strategy} by scenario"
    return Part(wide, Chart("bars", title, "label", ys, "Scenario", f"INMB ({found.currency or 'currency units'})"))
