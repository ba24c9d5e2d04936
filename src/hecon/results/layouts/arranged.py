"""Grids put together: under one another, told apart by a first column, or side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hecon.grid import Column, Grid


def stacked(column: Column, grids: Mapping[str, Grid]) -> Grid:
    """Grids of the same columns under one another, told apart by a first column; title and note are the first one's.

    >>> one = Grid("g", "G", (Column("n", "N", 0),), ((1,),))
    >>> stacked(Column("basis", "Basis"), {"here": one, "there": one}).rows
    (('here', 1), ('there', 1))
    """
    first = next(iter(grids.values()))
    rows = tuple((name, *row) for name, grid in grids.items() for row in grid.rows)
    return replace(first, columns=(column, *first.columns), rows=rows)


def across(grid: Grid, by: str, keys: Sequence[str]) -> Grid:
    """A row for each value of the `keys` columns; for each value of column `by`, the other columns, side by side.

    >>> columns = (Column("x", "X", 0), Column("basis", "Basis"), Column("y", "Y", 0))
    >>> wide = across(Grid("g", "G", columns, ((1, "mean", 5.0), (1, "median", 4.0))), "basis", ["x"])
    >>> [column.heading for column in wide.columns], wide.rows
    (['X', 'Y, mean', 'Y, median'], ((1, 5.0, 4.0),))
    """
    names = [column.name for column in grid.columns]
    places = [names.index(key) for key in keys]
    others = [k for k, name in enumerate(names) if name != by and name not in keys]
    kinds = list(dict.fromkeys(grid.column(by)))
    found = {(tuple(row[k] for k in places), row[names.index(by)]): row for row in grid.rows}
    wide = [
        (replace(grid.columns[k], name=f"{names[k]} {j}", heading=f"{grid.columns[k].heading}, {kind}"), k, kind)
        for j, kind in enumerate(kinds)
        for k in others
        if any(row[k] is not None for (_, one), row in found.items() if one == kind)
    ]
    rows = tuple(
        (*key, *(found[key, kind][k] if (key, kind) in found else None for _, k, kind in wide))
        for key in dict.fromkeys(key for key, _ in found)
    )
    return replace(grid, columns=(*(grid.columns[k] for k in places), *(column for column, _, _ in wide)), rows=rows)
