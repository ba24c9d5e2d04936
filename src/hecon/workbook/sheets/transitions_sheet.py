"""Transitions: for every cohort a matrix of its transitions at a cycle typed here, read from the columns of its sheet."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.workbook.pages.page import Column, Scalar, Source, absolute, address
from hecon.workbook.xlsx.pen import Pen

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

SHEET = "Transitions"
CYCLE_ROW = 3


def write_transitions(pen: Pen, twin: "Twin", values: Mapping[Source, Array]) -> None:
    """The sheet: from (rows) to (columns); of a state that remembers its duration, the first tunnel."""
    blocks = [block for block in twin.program.blocks if block.states and block.clock and block.name in twin.pages]
    if not blocks:
        return
    sheet = pen.sheet(SHEET)
    sheet.head(
        "Transitions", "Probabilities per cycle, or rates per year, from the state in a row to the state in a column."
    )
    sheet.text(CYCLE_ROW, 0, "Cycle", "bold")
    sheet.number(CYCLE_ROW, 1, 0.0, "input")
    most = max(block.clock.cycles for block in blocks if block.clock) - 1
    rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": max(most, 0)}
    sheet.worksheet.data_validation(CYCLE_ROW, 1, CYCLE_ROW, 1, rule)
    row, widest = 5, 2
    for block in blocks:
        assert block.states is not None
        assert block.clock is not None
        page, states = twin.pages[block.name], block.states.states
        sheet.text(
            row,
            0,
            f"{page.title} ({'rates per year' if block.states.by == 'rate' else 'probabilities per cycle'})",
            "section",
        )
        sheet.text(row + 1, 0, "from \\ to", "head")
        widest = max(widest, len(states))
        for k, state in enumerate(states):
            sheet.text(row + 1, 1 + k, state, "head right")
            sheet.text(row + 2 + k, 0, state, "bold")
        columns = twin.clocks[block.name]
        here = f"MIN({absolute(SHEET, CYCLE_ROW, 1)},{block.clock.cycles - 1})+1"
        for (a, b), token in columns.entries.items():
            at = (row + 2 + states.index(a), 1 + states.index(b))
            found = quantity_of(twin, token)
            if isinstance(found, Column) and found.source is not None:
                numbers = values[found.source]
                value = float(np.asarray(numbers)[0].ravel()[0]) if numbers.ndim > 1 else float(numbers.ravel()[0])
                first = address(page, found, "range")
                sheet.formula(*at, f"INDEX({first},{here})", value, "probability")
            elif isinstance(found, Scalar) and found.source is not None:
                sheet.formula(*at, address(page, found), float(values[found.source].ravel()[0]), "probability")
            elif found is None and token.isidentifier():
                sheet.formula(*at, token, twin.book.parameters[token].value, "probability")
        row += len(states) + 3
    sheet.width(0, 0, 30)
    sheet.width(1, widest, 15)


def quantity_of(twin: "Twin", token: str) -> object:
    """What a single token stands for; None for an input's name or a formula of several."""
    from hecon.workbook.pages.page import TOKEN

    match = TOKEN.fullmatch(token)
    return twin.register.refs[int(match[1])].target if match else None
