"""Markdown that survives its contents: cells, code and tables whose labels may hold pipes, backticks and line breaks."""

from collections.abc import Iterable, Sequence
from math import isnan

from hecon.grid import PAGE, Grid, on, shown_cell

_MARKS = {"\\": "\\\\", "|": "\\|", "`": "\\`", "*": "\\*", "<": "&lt;", "[": "\\[", "]": "\\]"}


def plain(text: str) -> str:
    r"""A text on one line with everything escaped that Markdown would take for a mark.

    >>> print(plain("a | b  *c*"))
    a \| b \*c\*
    """
    return "".join(_MARKS.get(letter, letter) for letter in " ".join(text.split()))


def code(text: str) -> str:
    """A formula as code, fit for a table's cell; nothing for an empty one.

    >>> print(code("u_well * (1 - t)"))
    `u_well * (1 - t)`
    """
    inner = " ".join(text.split()).replace("`", "'").replace("|", "\\|")
    return f"`{inner}`" if inner else ""


def figure(value: float) -> str:
    """A number to six digits; nothing where there is none.

    >>> figure(0.25), figure(120000.0), figure(float("nan"))
    ('0.25', '120,000', '')
    """
    if isnan(value):
        return ""
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.6g}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; "" without rows.

    >>> print(table(["name", "value"], [["`a`", "1"]]))
    | name | value |
    |---|---|
    | `a` | 1 |
    """
    body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(header)} |", f"|{'---|' * len(header)}", *body]) if body else ""


def grid_table(grid: Grid) -> str:
    r"""A grid as a Markdown table, intervals in brackets.

    >>> from hecon.grid import Column
    >>> print(grid_table(Grid("g", "G", (Column("s", "S"), Column("n", "N", 0)), (("a|b", 1234.0),))))
    | S | N |
    |---|---|
    | a\|b | 1,234 |
    """
    grid = on(grid, PAGE)
    rows = []
    for row in grid.rows:
        shown = [shown_cell(cell, column) for cell, column in zip(row, grid.columns, strict=True)]
        rows.append([plain(f"{middle} ({span})" if span else middle) for middle, span in shown])
    return table([plain(column.heading) for column in grid.columns], rows)


def sections(*parts: str) -> str:
    """Parts with an empty line between them; empty ones are left out.

    >>> len(sections("# Title", "", "text").splitlines())
    3
    """
    return "\n\n".join(part for part in parts if part)
