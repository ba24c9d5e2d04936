"""A grid as a table of a Word document: heads repeated on each page, rows kept whole, widths by what the cells hold.

The XML is written as one text and read once: through python-docx a table of 300 rows takes minutes.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from hecon.grid import PAGE, Column, Grid, on, shown_cell

STYLE = "TableText"  # the id of the paragraph style of cells
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SIZES = (17, 15, 13, 11)  # half points that are tried until the longest words fit
_LETTER = 5.6  # twentieths of a point that a letter is wide, per half point of size, with a margin
_PADDING = 230  # twentieths of a point left and right in a cell
_LONGEST, _WIDEST = 26, 60  # letters of a word that stays whole; of a cell's line that asks for room
_WHOLE = 10  # rows of a table that is kept on one page
_FIRST = 2  # rows of a longer one that stay with its head
_SMALLER = 0.85  # letters of an interval below a number, against those of the number
_BOLD = 0.15  # by how much bold letters are wider
_SAME = ("basis", "strategy")  # columns that are told once, where all rows have the same
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])  # XML has no such letters
Shown = tuple[str, str]


def table_xml(grid: Grid, width: int) -> str:
    """The table as WordprocessingML, at most `width` twentieths of a point wide.

    >>> found = table_xml(Grid("g", "G", (Column("s", "S"), Column("n", "N", 0)), (("a<b", 1234.0),)), 9000)
    >>> found.count("<w:tblHeader/>"), "a&lt;b" in found, "1,234" in found
    (1, True, True)
    """
    grid = _filled(on(grid, PAGE))
    rows = [[shown_cell(cell, column) for cell, column in zip(row, grid.columns, strict=True)] for row in grid.rows]
    size, widths = _widths(grid.columns, rows, width)
    right = [column.decimals is not None for column in grid.columns]
    head = [(column.heading, "") for column in grid.columns]
    whole = len(rows) <= _WHOLE
    body = "".join(
        _row(row, widths, right, size, keep=whole or k < _FIRST or k == len(rows) - 1) for k, row in enumerate(rows)
    )
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    described = f"<w:tblCaption w:val={_quoted(grid.title)}/><w:tblDescription w:val={_quoted(_alt(grid))}/>"
    return (
        f'<w:tbl xmlns:w="{_WORD}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblBorders><w:top w:val="single" w:sz="8" w:color="222222"/><w:bottom w:val="single" w:sz="8" w:color="222222"/>'
        '<w:insideH w:val="single" w:sz="2" w:color="CCCCCC"/></w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1" w:noHBand="1" w:noVBand="1"/>{described}</w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
        f"{_row(head, widths, right, size, head=True, keep=True)}{body}</w:tbl>"
    )


def lean(grid: Grid) -> Grid:
    """The grid for a page without codes that stand beside their label; what all rows have in common goes to the note.

    >>> grid = Grid("g", "G", (Column("basis", "Basis"), Column("n", "N", 0)), (("base case", 1), ("base case", 2)))
    >>> lean(grid).note, lean(grid).rows
    ('Basis: base case.', ((1,), (2,)))
    """
    grid = on(grid, PAGE)
    names = [column.name for column in grid.columns]
    gone = {"parameter"} if "label" in names else set()
    told = []
    for column in grid.columns:
        found = set(grid.column(column.name)) if column.name in _SAME else set()
        if len(found) == 1 < len(grid.rows):
            gone.add(column.name)
            told.append(f"{column.heading}: {found.pop()}.")
    kept = [k for k, name in enumerate(names) if name not in gone]
    rows = tuple(tuple(row[k] for k in kept) for row in grid.rows)
    columns = tuple(grid.columns[k] for k in kept)
    return replace(grid, columns=columns, rows=rows, note="\n".join(filter(None, [" ".join(told), grid.note])))


def has_limits(grid: Grid) -> bool:
    """Whether a cell shows an interval below its mean.

    >>> has_limits(Grid("g", "G", (Column("n", "N", 0),), ((1,),)))
    False
    """
    grid = on(grid, PAGE)
    return any(shown_cell(cell, column)[1] for row in grid.rows for cell, column in zip(row, grid.columns, strict=True))


def allowed(text: str) -> str:
    r"""A text without letters that XML forbids.

    >>> allowed("a\x00b")
    'ab'
    """
    return text.translate(_FORBIDDEN)


def _filled(grid: Grid) -> Grid:
    """The grid without columns in which nothing stands: a page has no room for them."""
    kept = [k for k in range(len(grid.columns)) if any(row[k] not in (None, "") for row in grid.rows)]
    rows = tuple(tuple(row[k] for k in kept) for row in grid.rows)
    return replace(grid, columns=tuple(grid.columns[k] for k in kept), rows=rows)


def _alt(grid: Grid) -> str:
    heads = ", ".join(column.heading for column in grid.columns if column.heading)
    return f"Table of {len(grid.rows)} rows with the columns {heads}."


def _row(
    cells: Sequence[Shown],
    widths: Sequence[int],
    right: Sequence[bool],
    size: int,
    *,
    head: bool = False,
    keep: bool = False,
) -> str:
    """A row that stays whole; `keep` keeps it on the page of what follows: the first row, the note."""
    about = "<w:cantSplit/><w:tblHeader/>" if head else "<w:cantSplit/>"
    inner = "".join(_cell(*one, size, head, keep) for one in zip(cells, widths, right, strict=True))
    return f"<w:tr><w:trPr>{about}</w:trPr>{inner}</w:tr>"


def _cell(cell: Shown, width: int, right: bool, size: int, head: bool, keep: bool) -> str:
    middle, limits = cell
    line = '<w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="222222"/></w:tcBorders>' if head else ""
    low = '<w:vAlign w:val="bottom"/>' if head else ""
    side = '<w:jc w:val="right"/>' if right else ""
    follow = "<w:keepNext/>" if keep else ""
    below = f"<w:r>{_look(size - 3, False)}<w:br/>{_letters(limits)}</w:r>" if limits else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{line}{low}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{STYLE}"/>{follow}{side}</w:pPr>'
        f"<w:r>{_look(size, head)}{_letters(middle)}</w:r>{below}</w:p></w:tc>"
    )


def _look(size: int, bold: bool) -> str:
    return f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'


def _letters(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(allowed(text))}</w:t>'


def _quoted(text: str) -> str:
    return quoteattr(allowed(text))


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Shown]], width: int) -> tuple[int, list[int]]:
    """Size of the letters in half points, and the columns' widths: what each asks for, or its longest word and a share."""
    wanted, most, least, unbroken = [], [], [], []
    for k, column in enumerate(columns):
        lines = [column.heading, *(text for row in rows for text in row[k] if text)]
        whole = [row[k][0] for row in rows] if column.decimals is not None else []  # a number is not broken
        words = [word for line in lines[1:] for word in line.split()]
        words += [word + " " * ceil(_BOLD * len(word)) for word in column.heading.split()]
        most.append(max(map(len, lines), default=1))
        wanted.append(min(most[-1], _WIDEST))
        least.append(max(min(max(map(len, words), default=1), _LONGEST), *map(len, whole), 1))
        limits = [len(row[k][1]) for row in rows]
        unbroken.append(max(least[-1], ceil(_SMALLER * max(limits, default=0))))
    tries = [(size, unbroken) for size in _SIZES[:2]] + [(size, least) for size in _SIZES]
    for size, letters in tries:
        letter = _LETTER * size
        room = [round(letter * one) + _PADDING for one in letters]
        if sum(room) <= width:
            break
    else:
        return size, [int(one * width / sum(room)) for one in room]
    for asked in (wanted, most):
        more = [max(round(letter * one) + _PADDING - own, 0) for one, own in zip(asked, room, strict=True)]
        share = min(1.0, (width - sum(room)) / sum(more)) if sum(more) else 0.0
        room = [own + int(share * one) for own, one in zip(room, more, strict=True)]
    return size, room
