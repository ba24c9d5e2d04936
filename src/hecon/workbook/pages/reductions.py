"""Reductions as formulas: sums over live rows, over some years, a value at a time, the largest and the smallest."""

from typing import TYPE_CHECKING

from hecon.errors import ModelError
from hecon.formula.syntax import Node
from hecon.workbook.pages.table_cells import plain

if TYPE_CHECKING:
    from hecon.workbook.pages.spelling import Speller

_CYCLE = 1  # a shape that changes from row to row


def reduced(speller: "Speller", op: str, args: tuple[Node, ...]) -> str:
    """The formula of a reduction."""
    clock = speller.block.clock
    if clock is None:
        raise ModelError(f"{speller.block.name}: {op}() needs a structure with a clock")
    if not speller.shape(args[0]) & _CYCLE and op != "sum":
        return speller.text(args[0])
    live = speller.page.range_of(speller.twin.live(speller.page))
    if not speller.shape(args[0]) & _CYCLE:
        rows = speller.text(args[0])
        column = "" if len(args) == 1 else "," + _within(speller, args)
        return f"({rows})*SUMPRODUCT({live}{column})"
    column_of = speller.hoist(args[0])
    values, first = speller.page.range_of(column_of), speller.page.first_of(column_of)
    match op:
        case "sum" if len(args) == 1:
            return f"SUMPRODUCT({values},{live})"
        case "sum":
            return f"SUMPRODUCT({values},{live},{_within(speller, args)})"
        case "at":
            return _at(speller, values, f"({speller.text(args[1])})*{plain(clock.per_year)}")
        case "largest":  # from the first row to the last within the horizon: MAX of a product fails in Gnumeric
            return f"MAX({first}:INDEX({values},SUM({live}),1))"
        case _:
            return f"MIN({first}:INDEX({values},SUM({live}),1))"


def _at(speller: "Speller", values: str, row: str) -> str:
    """The value in a row, or between two where the structure interpolates; #N/A beyond the live horizon."""
    cycles = speller.cell(speller.twin.cycles(speller.page))
    here = f"INDEX({values},ROUND({row},0)+1,1)"
    if speller.block.between == "interpolate":
        low, high = f"INDEX({values},INT({row}+1E-9)+1,1)", f"INDEX({values},MIN({cycles},INT({row}+1E-9)+1)+1,1)"
        here = f"{low}+({row}-INT({row}+1E-9))*({high}-{low})"
    return f"IF({row}>{cycles}+1E-9,NA(),{here})"


def _within(speller: "Speller", args: tuple[Node, ...]) -> str:
    times = speller.page.range_of(speller.named("t"))
    return f"({times}>=({speller.text(args[1])})-1E-9)*({times}<({speller.text(args[2])})-1E-9)"
