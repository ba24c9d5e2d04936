"""What a run prints in the terminal: one table per question, each with its title and basis.

Numbers are those of the files; only rounding differs.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.causes import LUMP, LUMP_NOTE
from hecon.grid import Amount, Cell, Column, Grid, rich_table
from hecon.report.reported import reported_grid
from hecon.results.analysis import Analysis
from hecon.results.layouts.decision import incremental_grid, pairwise_grid, psa_summary
from hecon.results.layouts.lost_work import lost_work_by_basis
from hecon.results.layouts.totals import effects_counted

if TYPE_CHECKING:
    from rich.table import Table


def terminal_tables(study: Analysis) -> "list[Table]":
    """What a run prints: costs by category and effects, incremental, pairwise, with a PSA its summary, lost work by
    method, the model's reports.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [str(table.title) for table in terminal_tables(study)][0]
    'Per patient, deterministic, payer perspective (currency units)'
    """
    grids = [_per_patient(study), *(incremental_grid(study.incremental(basis)) for basis in study.bases)]
    grids += [pairwise_grid(study.pairwise(basis)) for basis in study.bases]
    if study.psa is not None and study.settings.net_benefit:
        grids.append(psa_summary(study))
    if lost_work := lost_work_by_basis(study):
        shown = lost_work.where("basis", "deterministic")
        grids.append(replace(shown, title=f"{shown.title}, deterministic"))
    reported = reported_grid(study.base, study.psa)
    for basis in dict.fromkeys(map(str, reported.column("basis"))):
        grids.append(replace(reported.where("basis", basis), title=f"{reported.title}, {basis}"))
    return [rich_table(grid) for grid in grids]


def _per_patient(study: Analysis) -> Grid:
    """Rows of cost by category, total and effects, a column per strategy; of two strategies, the difference."""
    base = study.base
    outcomes = [(name or "(no category)", cost, 0) for name, cost in base.split("category", study.perspective).items()]
    outcomes.append(("Total cost", base.cost(study.perspective), 0))
    outcomes += [(heading, base.effect(kind), 3) for kind, heading in effects_counted(base)]
    columns = [Column("outcome", "Outcome"), *(Column(name, name, 0) for name in base.strategies)]
    two = len(base.strategies) == 2
    if two:
        columns.append(Column("difference", "Difference", 0))
    rows: list[tuple[Cell, ...]] = []
    for name, values, decimals in outcomes:
        cells = values[:, 0].tolist()
        if two:
            reference = base.strategies.index(study.reference)
            cells.append(cells[1 - reference] - cells[reference])
        rows.append((name, *(Amount(cell, decimals) for cell in cells)))
    title = f"Per patient, deterministic, {study.perspective} perspective ({study.money})"
    lump = any(name == LUMP and values.any() for name, values, _ in outcomes)
    return Grid("per_patient", title, tuple(columns), tuple(rows), LUMP_NOTE if lump else "")
