"""The layout of lost work by method: methods down, with and without consumption; strategies and differences across."""

from dataclasses import replace

from hecon.analysis.cost_effectiveness.lost_work import LostWorkTable
from hecon.grid import Cell, Column, Grid
from hecon.perspectives import methods_of
from hecon.results.analysis import Analysis
from hecon.results.layouts.arranged import stacked
from hecon.results.layouts.words import BASIS, layout


@layout.register
def lost_work_grid(table: LostWorkTable) -> Grid:
    """A row per amount and method, a column per strategy and difference.

    >>> lost_work_grid(LostWorkTable((), ("illness", "friction"), "deterministic", "care", "EUR 2022", "friction")).title
    'Lost work by method (EUR 2022), deterministic'
    """
    names = tuple(dict.fromkeys(row.strategy for row in table.rows))
    columns = [Column("amount", "Amount"), Column("method", "Method"), *(Column(name, name, 0) for name in names)]
    amounts = dict.fromkeys(row.what for row in table.rows)
    rows: list[tuple[Cell, ...]] = [
        (what, method, *(table.value(what, name, method) for name in names))
        for what in amounts
        for method in table.methods
    ]
    note = f"The societal perspective of this run counts {table.counted}." if table.counted else ""
    title = f"Lost work by method ({table.money}), {table.basis}"
    return Grid("lost_work", title, tuple(columns), tuple(rows), note)


def lost_work_by_basis(analysis: Analysis) -> Grid | None:
    """The table deterministic and probabilistic in one; None for a model that counts lost work by no method.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> one = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]], sector="productivity: illness")
    >>> grid = lost_work_by_basis(Analysis.of_outcomes("demo", one, None, "societal: illness", 10.0, "a"))
    >>> [[cell.mean for cell in row[3:]] for row in grid.rows]
    [[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]]
    """
    if not methods_of(item.sector for item in analysis.base.items):
        return None
    found = stacked(BASIS, {basis: lost_work_grid(analysis.lost_work(basis)) for basis in analysis.bases})
    return replace(found, title=found.title.rpartition(", deterministic")[0])
