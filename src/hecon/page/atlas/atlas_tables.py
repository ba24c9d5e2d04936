"""Tables of the atlas as the page carries them: headings and cells, numbers whole; and which columns are money to convert."""

from typing import Any

from hecon.grid import PAGE, Amount, Cell, Column, Grid, Interval, Ratio, on

_NAMED_ELSEWHERE = ("comparison", "money")  # a heading and a caption of the page say these
_MONEY = {
    "summary": (
        "upfront", "upfront_lump", "side_effects", "work", "all_costs", "work_illness", "work_friction", "work_human_capital",
        "subsequent", "later_cells",
    ),
    "waterfall": ("strategy", "reference", "difference"),
    "horizons": ("upfront", "side_effects", "work", "all_costs"),
    "payback": ("upfront",),
    "lost_work": ("illness", "death", "patient", "carers", "total", "with_consumption"),
}  # fmt: skip


def frame(grid: Grid, every: bool = False) -> dict[str, Any]:
    """A table without its rows: title, note, and of each column its name, heading, decimals and whether it is money to convert.

    >>> from hecon.results.atlas.tables import payback
    >>> frame(payback([]))["columns"][1]
    {'name': 'upfront', 'heading': 'Extra upfront', 'decimals': 0, 'money': True}
    """
    money = _MONEY.get(grid.name, ())
    columns = [
        {"name": one.name, "heading": one.heading, "decimals": one.decimals, "money": one.name in money}
        for one in _shown(grid, every).columns
    ]
    return {"title": grid.title, "note": grid.note, "columns": columns}


def rows(grid: Grid, every: bool = False) -> list[list[Any]]:
    """The rows of a table under the columns of its `frame`.

    >>> rows(Grid("g", "G", (Column("comparison", "Comparison"), Column("n", "N", 0)), (("a v b", 2.5),)))
    [[2.5]]
    """
    return [[cell(one) for one in row] for row in _shown(grid, every).rows]


def table(grid: Grid, every: bool = False) -> dict[str, Any]:
    """A whole table, for what no control changes; with `every` the column of money too, where rows differ in it.

    >>> table(Grid("g", "G", (Column("n", "N"),), (("x",),)))["rows"]
    [['x']]
    """
    return {**frame(grid, every), "rows": rows(grid, every)}


def cell(one: Cell) -> Any:
    """A cell as JSON: a text, a number, nothing, or [mean, low, high]; a ratio is its text.

    Raises:
        ValueError: an amount with decimals of its own, which the page does not print.

    >>> from hecon.analysis.cost_effectiveness.estimate import Estimate
    >>> cell(Estimate(2.0, 1.0, 3.0, 0.1)), cell(Estimate(2.0)), cell("none"), cell(None)
    ([2.0, 1.0, 3.0], [2.0], 'none', None)
    """
    if isinstance(one, Amount):
        raise ValueError(f"{one} has decimals of its own; give them to its column")
    if isinstance(one, Interval):
        return [float(number) for number in (one.mean, one.low, one.high) if number is not None]
    if isinstance(one, Ratio):
        return one.text
    return float(one) if isinstance(one, float) else one


def _shown(grid: Grid, every: bool) -> Grid:
    """The table as a page shows it, without the columns that stand elsewhere unless `every` one is asked for."""
    found = on(grid, PAGE)
    kept = [k for k, column in enumerate(found.columns) if every or column.name not in _NAMED_ELSEWHERE]
    columns: tuple[Column, ...] = tuple(found.columns[k] for k in kept)
    return Grid(found.name, found.title, columns, tuple(tuple(row[k] for k in kept) for row in found.rows), found.note)
