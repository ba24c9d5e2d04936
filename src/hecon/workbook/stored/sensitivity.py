"""Stored sheets DSA, TwoWay, GSA, Scenarios and Subgroups: what other inputs, choices and patients would give."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
from hecon.analysis.sensitivity.one_way import OneWay
from hecon.analysis.sensitivity.scenarios import ScenarioTable
from hecon.analysis.sensitivity.subgroups import SubgroupTable
from hecon.analysis.sensitivity.two_way import TwoWay
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.workbook.stored.sheet import Chart, Part, StoredSheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SHOWN = 15  # bars


def dsa_sheet(found: OneWay, ran_with: str, labels: Mapping[str, str]) -> StoredSheet:
    """One table a comparison: every input with a range, widest first; `labels` are strategies' labels by name.

    >>> dsa_sheet(OneWay((), "INMB", "a", "payer", 10.0, "qaly", "EUR 2020", "range"), "base case", {}).parts
    ()
    """
    parts = []
    for one in found.strategies:
        money = found.currency
        columns = (
            Column("label", "Input"),
            Column("name", "Name"),
            Column("unit", "Unit"),
            *(Column(name, heading, 3) for name, heading in (("low", "Low"), ("base_value", "Base"), ("high", "High"))),
            *(Column(name, f"{heading} ({money})", 0) for name, heading in (
                ("at_low", "INMB at low"), ("at_high", "INMB at high"), ("least", "Lowest INMB"), ("most", "Highest INMB"),
                ("width", "Width"), ("below", "At low less base"), ("above", "At high less base"),
            )),
            Column("told", "Remarks"),
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = [
            (
                row.label or row.name, row.name, row.unit, float(row.values[0]), row.base_value, float(row.values[-1]),
                float(row.outcome[0]), float(row.outcome[-1]), row.least, row.most, row.width,
                float(row.outcome[0]) - row.base, float(row.outcome[-1]) - row.base,
                "; ".join(["changes the decision"] * row.changes_decision + ["turns within its range"] * (not row.monotone)),
            )
            for row in found.of(one)
        ]  # fmt: skip
        title = f"{labels.get(one, one)} against {labels.get(found.reference, found.reference)}: one input at a time"
        note = f"Incremental net benefit (INMB); in the base case {money_text(found.of(one)[0].base)} ({money})."
        shown = min(_SHOWN, len(rows))
        chart = Chart(
            "bars", f"{title}, {shown} widest", "label", ("below", "above"), "Input", f"INMB less the base case's ({money})",
            shown, aside=True,
        )  # fmt: skip
        parts.append(Part(Grid("dsa", title, columns, tuple(rows), note), chart))
    left = (f"Without a range, left out: {', '.join(found.left_out)}.",) if found.left_out else ()
    return StoredSheet("DSA", "One-way sensitivity of every comparison", ran_with, tuple(parts), left)


def two_way_sheet(found: TwoWay, ran_with: str, x_label: str, y_label: str) -> StoredSheet:
    """The decision map: the number of the best strategy at each pair of values, and by how much it beats the second.

    >>> import numpy as np
    >>> x = np.array([1.0, 2.0])
    >>> grid = np.zeros((2, 2, 2))
    >>> one = TwoWay("a", "b", 1.0, 1.0, x, x, ("s", "t"), ("S", "T"), grid, grid[0].astype(int), 0, "payer", 1.0, "qaly")
    >>> two_way_sheet(one, "base case", "A", "B").parts[0].grid.rows[0]
    (2.0, 1, 1)
    """
    across = tuple(Column(f"x {k}", f"{value:,.4g}", 0) for k, value in enumerate(found.x_values))
    columns = (Column("y", f"{y_label} (down), {x_label} (across)", 3), *across)
    order = range(len(found.y_values) - 1, -1, -1)  # the largest on top, as on a map
    best = tuple((float(found.y_values[k]), *(int(one) + 1 for one in found.best[k])) for k in order)
    margin = tuple((float(found.y_values[k]), *map(float, found.margin[k])) for k in order)
    names = "; ".join(f"{k} {label}" for k, label in enumerate(found.labels, start=1))
    here = f"In the base case ({found.x_base:,.4g} across, {found.y_base:,.4g} down) {found.base_best + 1} is best."
    if (found.tied.sum(axis=0) > 1).any():
        here += " Where strategies tie, the number is that of the first."
    parts = (
        Part(
            Grid("best", "Which strategy is best where", columns, best, f"{names}. {here}"),
            shades=len(found.strategies),
        ),
        Part(Grid("margin", "By how much it beats the second, in net benefit", columns, margin)),
    )
    return StoredSheet("TwoWay", f"Two-way sensitivity: {x_label} and {y_label}", ran_with, parts)


def gsa_sheet(found: Mapping[str, GlobalSensitivity], ran_with: str) -> StoredSheet:
    """One table a comparison: indices of every factor, most influential first.

    >>> gsa_sheet({}, "512 runs").name
    'GSA'
    """
    parts = []
    for one, table in found.items():
        columns = (Column("label", "Input"), *(Column(name, name, 3) for name in table.columns))
        rows: tuple[tuple[Cell, ...], ...] = tuple((row.label or row.name, *row.values) for row in table.with_dummy())
        title = f"{one} against {table.reference}: {table.method} indices of the incremental net benefit"
        drawn = tuple(name for name in table.columns if not name.endswith("_conf"))[:2]
        chart = Chart("bars", title, "label", drawn, "Input", "Index", min(_SHOWN, len(table.rows)))
        parts.append(Part(Grid("gsa", title, columns, rows, f"{table.runs:,} evaluations. {table.note}"), chart))
    return StoredSheet("GSA", "Global sensitivity", ran_with, tuple(parts))


def scenarios_sheet(found: ScenarioTable, book: "Book", ran_with: str) -> StoredSheet:
    """What each scenario changes, and its results: deterministic, and probabilistic where there were draws.

    >>> from hecon.inputs.book import make_book
    >>> len(scenarios_sheet(ScenarioTable((), 0, None, "EUR 2020"), make_book("demo", []), "base case").parts)
    1
    """
    money = found.currency or "currency units"
    heads = (
        ("scenario", "Scenario"),
        ("label", "Label"),
        ("target", "Changes"),
        ("name", "Name"),
        ("to", "To"),
        ("note", "Note"),
    )
    changes = tuple(
        (one.name, one.label, change.target, change.name, change.value, change.note)
        for one in book.scenarios.values()
        for change in one.changes
    )
    parts = [
        Part(_results(found, one, money), _bars(found, one, money))
        for one in dict.fromkeys(r.strategy for r in found.rows)
    ]
    told = "To see one live, type its values on Inputs (value) or Control; results then follow."
    title = "What each scenario changes"
    parts.append(Part(Grid("changes", title, tuple(Column(*one) for one in heads), changes, told)))
    note = (f"Probabilistic: {found.draws:,} draws of each scenario, seed {found.seed}.",) if found.draws else ()
    return StoredSheet("Scenarios", "Scenarios", ran_with, tuple(parts), note)


def subgroups_sheet(found: SubgroupTable, ran_with: str) -> StoredSheet:
    """Each subgroup and all together.

    >>> subgroups_sheet(SubgroupTable((), "a", "payer", 10.0, 0.0, 0, "EUR 2020"), "base case").name
    'Subgroups'
    """
    columns = (
        Column("subgroup", "Subgroup"),
        Column("basis", "Basis"),
        Column("strategy", "Strategy"),
        Column("weight", "Weight", 3),
        Column("inc_cost", f"Inc. cost ({found.currency})", 0),
        Column("inc_effect", "Inc. effect", 3),
        Column("icer", "ICER"),
        Column("inmb", f"INMB ({found.currency})", 0),
        Column("best", "On average"),
    )
    rows = tuple(
        (row.label or row.subgroup, row.basis, row.strategy, row.weight, row.inc_cost, row.inc_effect, row.icer.text, row.inmb,
         "best" if row.best else "")
        for row in found.rows
    )  # fmt: skip
    shown = sum(row.basis == "deterministic" for row in found.rows)
    title = f"Subgroups against {found.reference}"
    chart = Chart(
        "bars", f"{title}, deterministic", "subgroup", ("inmb",), "Subgroup", f"INMB ({found.currency})", shown
    )
    worth = f"{money_text(found.value_of_choice)} ({found.currency})"
    words = f"Choosing the best strategy in each subgroup is worth {worth} per patient."
    return StoredSheet(
        "Subgroups", "Subgroups", ran_with, (Part(Grid("subgroups", title, columns, rows), chart),), (words,)
    )


def _results(found: ScenarioTable, strategy: str, money: str) -> Grid:
    """A row per scenario: deterministic, then probabilistic."""
    kinds = ["deterministic", "probabilistic"] if found.draws else ["deterministic"]
    columns = [Column("label", "Scenario")]
    for k, kind in enumerate(kinds):
        columns += [
            Column(f"cost {k}", f"Inc. cost, {kind} ({money})", 0), Column(f"effect {k}", f"Inc. effect, {kind}", 3),
            Column(f"icer {k}", f"ICER, {kind}"), Column(f"inmb {k}", f"INMB, {kind} ({money})", 0),
        ]  # fmt: skip
        columns += [Column("p_best", "Probability of being best (%)", 1)] if k else [Column("best", "Best")]
    rows: dict[str, list[Cell]] = {}
    for k, kind in enumerate(kinds):
        for row in (row for row in found.rows if (row.strategy, row.basis) == (strategy, kind)):
            cells = rows.setdefault(row.scenario, [row.label or row.scenario])
            cells += [row.inc_cost.mean, row.inc_effect.mean, row.icer.text, row.inmb if k else row.inmb.mean]
            cells += [100 * (row.p_best or 0.0)] if k else ["best" if row.best else ""]
    first = next(row for row in found.rows if row.strategy == strategy)
    title = f"{strategy} against {first.reading.reference}"
    return Grid("results", title, tuple(columns), tuple(map(tuple, rows.values())))


def _bars(found: ScenarioTable, strategy: str, money: str) -> Chart:
    ys = ("inmb 0", "inmb 1") if found.draws else ("inmb 0",)
    title = f"Incremental net benefit of {strategy} by scenario"
    return Chart("bars", title, "label", ys, "Scenario", f"INMB ({money})")
