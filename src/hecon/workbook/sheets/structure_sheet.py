"""Structure: the model as pictures, and every branch, transition and curve with its formula and its live first value.

Each live value leads to the cell or column that it is read from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.arrays import Array
from hecon.figures.figure_style import write_png
from hecon.figures.tree_drawing import tree_figure
from hecon.formula.program import Block
from hecon.formula.text import to_text
from hecon.names import letters
from hecon.report.sections.parts import Picture
from hecon.report.sections.structures import leading_paths, structure_picture, structures_of
from hecon.structure.tree import DecisionTree
from hecon.workbook.pages.page import Column, Page, Scalar, Source, address, quoted
from hecon.workbook.sheets.transitions_sheet import quantity_of
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

SHEET = "Structure"
_ROW_PIXELS = 20
_WRITTEN = 500  # letters of a formula that are shown
_WIDE, _TALL = 1150, 900  # pixels at most


@dataclass(frozen=True)
class _Live:
    """A cell to show: what it is read from and its value as written; `place` is where its link leads to."""

    formula: str
    value: float
    place: str


_Row = tuple[str, str, str, dict[str, _Live]]  # from, to, as written, the live cell by the block's name


def write_structure(pen: Pen, twin: "Twin", values: Mapping[Source, Array]) -> None:
    """Pictures of the tree and of each structure, then a table for each."""
    sheet = pen.sheet(SHEET)
    sheet.head("Structure", "What the model consists of. A live number leads to the cell or column it is read from.")
    for k, width in enumerate((36, 32, 62)):
        sheet.width(k, k, width)
    row = 3
    for picture in _pictures(twin):
        row = _draw(sheet, picture, row)
    widest, labels = 0, dict(twin.program.strategies)
    for title, note, blocks, rows in _tables(twin, values):
        _section(sheet, row, title)
        sheet.text(row + 1, 0, note, "one line")
        sheet.heads(row + 2, ("From", "To", "As written in the model"))
        for k, block in enumerate(blocks):
            leaf = f": {block.leaf}" if block.leaf else ""
            sheet.text(row + 2, 3 + k, f"{labels[block.strategy]}{leaf}", "head right")
        row += 3
        for start, end, written, cells in rows:
            for k, words in enumerate((start, end, _cut(written))):
                sheet.text(row, k, words, "wrap")
            for k, block in enumerate(blocks):
                if block.name in cells:
                    _link(sheet, row, 3 + k, cells[block.name])
            row += 1
        row, widest = row + 2, max(widest, len(blocks))
    sheet.width(3, 2 + max(widest, 1), 20)


def _pictures(twin: "Twin") -> Iterator[Picture]:
    model = twin.model
    if isinstance(model, DecisionTree) and any(path.branches for _, path in leading_paths(model)):
        ways = "; ".join(f"{name}: {', '.join(b.label for b in path.branches)}" for name, path in leading_paths(model))
        yield Picture(
            tree_figure(model), f"Decision tree. Ways: {ways}",
            "The decision tree: square decision, circle chance, triangle end.",
        )  # fmt: skip
    for one in structures_of(model):
        yield structure_picture(model, one)


def _draw(sheet: Sheet, picture: Picture, row: int) -> int:
    """The picture below its caption, in its own size but no wider than a screen; the row after it."""
    room = BytesIO()
    write_png(picture.figure, room)
    width, height = (float(inches) * 96 for inches in picture.figure.get_size_inches())
    scale = min(1.0, _WIDE / width, max(_TALL / height, 0.55))
    _section(sheet, row, picture.caption)
    options = {
        "image_data": room, "x_scale": scale, "y_scale": scale, "description": picture.alt[:2000],
        "object_position": 2, "x_offset": 4, "y_offset": 4,
    }  # fmt: skip
    sheet.worksheet.insert_image(row + 1, 0, f"{SHEET} {row}.png", options)
    last = row + 3 + int(height * scale / _ROW_PIXELS)
    for r in range(row + 1, last):
        sheet.height(
            r, _ROW_PIXELS * 0.75
        )  # as the picture's place was computed with, whatever a program's own rows are
    return last


def _section(sheet: Sheet, row: int, words: str) -> None:
    for column in range(3):
        sheet.text(row, column, "" if column else words, "section")


def _tables(twin: "Twin", values: Mapping[Source, Array]) -> Iterator[tuple[str, str, list[Block], list[_Row]]]:
    """Title, note, the blocks that share a table, and its rows: trees, then each kind of structure."""
    trees = [block for block in twin.program.blocks if not block.clock and block.name in twin.pages]
    found = [_branches(twin, block, values) for block in trees]
    if any(found):
        with_rows = [block for block, rows in zip(trees, found, strict=True) if rows]
        rows = [row for some in found for row in some]
        yield "Branches of the tree", "Probability of each branch, given that one gets to its node.", with_rows, rows
    kinds: dict[Any, list[Block]] = {}
    for block in twin.program.blocks:
        if block.clock and block.name in twin.pages:
            states = block.states.states if block.states else tuple(block.occupied)
            kinds.setdefault((block.structure, states), []).append(block)
    for (name, _), blocks in kinds.items():
        vector = blocks[0].states
        if vector is None:
            note = "The share of the cohort in each state after one cycle; the formula is that of the first strategy."
            yield f"States between the curves: {name}", note, blocks, _occupied(twin, blocks, values)
        else:
            what = "Rates per year" if vector.by == "rate" else "Probabilities per cycle"
            note = f"{what}, at the first cycle (and in the first tunnel). Where formulas differ, all are shown."
            yield f"Transitions: {name}", note, blocks, _moves(twin, blocks, values)


def _branches(twin: "Twin", block: Block, values: Mapping[Source, Array]) -> list[_Row]:
    page, rows = twin.pages[block.name], []
    for one in page.scalars:
        if one.section == "probabilities of branches":
            start, _, end = one.title.rpartition(" / ")
            start = start or f"decision: {block.strategy}"
            rows.append((start, end, one.written, {block.name: _scalar(page, one, values)}))
    return rows


def _occupied(twin: "Twin", blocks: Sequence[Block], values: Mapping[Source, Array]) -> list[_Row]:
    rows: list[_Row] = []
    for state, formula in blocks[0].occupied.items():
        cells = {}
        for block in blocks:
            page, column = twin.pages[block.name], twin.clocks[block.name].states[state]
            cells[block.name] = _column(page, column, values, min(1, page.rows - 1))
        rows.append(("between the curves", state, _with_curves(blocks[0], to_text(formula.tree)), cells))
    return rows


def _with_curves(block: Block, text: str) -> str:
    """A state's formula with its curves as their author wrote them, in place of the names they are kept under."""
    for kind in ("within[", "curve["):
        for name, formula in block.formulas.items():
            if name.startswith(kind):
                text = text.replace(name, to_text(formula.tree))
    return text


def _moves(twin: "Twin", blocks: Sequence[Block], values: Mapping[Source, Array]) -> list[_Row]:
    every = dict.fromkeys(pair for block in blocks if block.states for pair in block.states.entries)
    rows: list[_Row] = []
    for a, b in every:
        cells, texts = {}, dict[str, None]()
        for block in blocks:
            assert block.states is not None
            if (a, b) not in block.states.entries:
                continue
            formula = block.states.entries[a, b]
            texts["the rest" if formula.unit == "rest" else formula.text] = None
            if (live := _entry(twin, block, twin.clocks[block.name].entries.get((a, b), ""), values)) is not None:
                cells[block.name] = live
        rows.append((a, b, " | ".join(texts), cells))
    return rows


def _entry(twin: "Twin", block: Block, token: str, values: Mapping[Source, Array]) -> _Live | None:
    """Where a transition's number stands: a column, a cell, an input; None for what has no cell of its own."""
    page, found = twin.pages[block.name], quantity_of(twin, token)
    if isinstance(found, Column) and found.source is not None:
        return _column(page, found, values, 0)
    if isinstance(found, Scalar) and found.source is not None:
        return _scalar(page, found, values)
    if found is None and token.isidentifier() and token in twin.inputs:
        return _Live(token, twin.book.parameters[token].value, f"Inputs!C{7 + twin.inputs.index(token)}")
    return None


def _scalar(page: Page, one: Scalar, values: Mapping[Source, Array]) -> _Live:
    assert one.source is not None
    return _Live(address(page, one), float(values[one.source].ravel()[0]), _place(page, one.row, one.column))


def _column(page: Page, one: Column, values: Mapping[Source, Array], row: int) -> _Live:
    """A row of a column; of the first tunnel where it is a matrix."""
    assert one.source is not None
    numbers = np.asarray(values[one.source])
    shown = numbers[row] if numbers.ndim > 1 and numbers.shape[0] > row else numbers
    place = _place(page, page.top + row, one.column)
    return _Live(place, float(shown.ravel()[0]), place)


def _place(page: Page, row: int, column: int) -> str:
    return f"{quoted(page.name)}!{letters(column)}{row + 1}"


def _link(sheet: Sheet, row: int, column: int, live: _Live) -> None:
    """A live number that is a link too: the link is written first, the formula in its place."""
    sheet.worksheet.write_url(row, column, f"internal:{live.place}", sheet.pen.format("link"), "")
    sheet.formula(row, column, live.formula, live.value, "link:0.000000")


def _cut(text: str) -> str:
    """A formula on one line; where it is too long to read here, its beginning, and that there is more."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _WRITTEN else f"{plain[:_WRITTEN]} ... (goes on: see its cell)"
