"""A sheet under construction: cells, columns and tunnels' strips that refer to each other before any has an address.

References stand in formulas as tokens; they become addresses when every quantity of a sheet has its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hecon.names import letters

ROW = "\x03"  # stands for this row's number
NEAR = {-2: "\x0e", -1: "\x04", 1: "\x05", 2: "\x0f", 3: "\x10"}  # for that of a row so many below
TUNNEL_NUMBER = "\x07"  # stands for the number of a tunnel, from 0
STATIC = "\x08"  # stands for a formula that Excel has not: values of the engine, not live
TOKEN = re.compile("\x01(\\d+)\x02")
LEFT = 6  # the first column right of the list
TOP = 5  # the first row of the list where no strips stand above the columns
GROUPS = ("clock", "formulas", "transitions", "states", "time", "moves", "items", "steps")  # of columns, from the left


@dataclass(frozen=True)
class Source:
    """Where the engine has a cell's number: in a block, as a tree or as what `what` says of the `key`.

    what: tree | past | at tunnel | substate | state | all states | time | present | total | time weight | event weight | live |
    moving | method | rate step | across.
    """

    block: str
    what: str
    key: Any


@dataclass(eq=False)
class Scalar:
    """A quantity in one cell of the sheet's list; `text` is its formula with tokens, `written` what the author wrote."""

    title: str
    text: str
    source: Source | None
    written: str = ""
    unit: str = ""
    section: str = "quantities"
    row: int = -1
    column: int = 2


@dataclass(eq=False)
class Column:
    """A quantity down the rows of a clock; `first` is the formula of row 0 where it differs, `last` False leaves the last
    row blank, `below` adds one row past the horizon, which another formula looks at. A matrix is `width` columns wide, one
    per tunnel: `text` holds for the middle, `left` and `right` for the ends.
    """

    title: str
    text: str
    source: Source | None
    written: str = ""
    group: str = "formulas"
    first: str | None = None
    last: bool = True
    width: int = 1
    left: str | None = None
    right: str | None = None
    first_right: str | None = None
    column: int = -1
    below: bool = False


@dataclass(eq=False)
class Strip:
    """A quantity by tunnel alone: one row above the columns of its state's tunnels."""

    title: str
    text: str
    source: Source | None
    over: Column
    written: str = ""
    row: int = -1


@dataclass(frozen=True)
class Ref:
    """A use of a quantity: `how` is cell | range | first (row) | band (all tunnels), `shift` -1 the row above, 1 below,
    `left` 1 the tunnel before.
    """

    page: "Page"
    target: Scalar | Column | Strip
    how: str = "cell"
    shift: int = 0
    left: int = 0


@dataclass(eq=False)
class Register:
    """All references of a workbook, each with its token."""

    refs: list[Ref] = field(default_factory=list)
    known: dict[tuple[int, str, int, int], int] = field(default_factory=dict)

    def token(self, ref: Ref) -> str:
        """The token of a reference."""
        key = (id(ref.target), ref.how, ref.shift, ref.left)
        if key not in self.known:
            self.refs.append(ref)
            self.known[key] = len(self.refs) - 1
        return f"\x01{self.known[key]}\x02"

    def shifted(self, text: str, rows: int, left: int = 0) -> str:
        """A formula as it stands in the row above (-1) or below (1), or (left 1) in the tunnel before."""

        def move(match: re.Match[str]) -> str:
            ref = self.refs[int(match[1])]
            return self.token(Ref(ref.page, ref.target, ref.how, ref.shift + rows, ref.left + left))

        return TOKEN.sub(move, text)


@dataclass(eq=False)
class Page:
    """A block's sheet: its list of quantities (`scalars`), its columns by group, its strips.

    `rows` is the number of rows of the clock (0 without one); `top` the first of them, counted from 0.
    """

    name: str
    title: str
    block: str
    rows: int
    register: Register
    scalars: list[Scalar] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    strips: list[Strip] = field(default_factory=list)
    placed: list[Scalar] = field(default_factory=list)  # cells with an address of their own, counted from `top`
    words: list[tuple[int, int, str]] = field(default_factory=list)  # headings among them
    top: int = TOP

    def add(self, one: Any) -> str:
        """Take in a quantity and return the token of its cell."""
        kept: dict[type, list[Any]] = {Scalar: self.scalars, Column: self.columns, Strip: self.strips}
        kept[type(one)].append(one)
        return self.register.token(Ref(self, one))

    def range_of(self, one: Any) -> str:
        """The token of all rows of a column."""
        return self.register.token(Ref(self, one, "range"))

    def first_of(self, one: Any) -> str:
        """The token of a column's first row, fixed."""
        return self.register.token(Ref(self, one, "first"))

    def band_of(self, one: Any) -> str:
        """The token of all tunnels of a matrix's row or of a strip."""
        return self.register.token(Ref(self, one, "band"))

    def put(self, row: int, column: int, one: Scalar) -> str:
        """Take in a cell at a place: rows counted from the first of the list, columns from the left of the columns."""
        one.row, one.column = row, column
        self.placed.append(one)
        return self.register.token(Ref(self, one))

    def place(self) -> None:
        """Give every quantity its address: the list from column B, the columns in their groups right of it."""
        self.top = TOP + len(self.strips)
        row = self.top
        for section in dict.fromkeys(one.section for one in self.scalars):
            if row > self.top:
                row += 1
            row += 1  # the section's heading
            for one in self.scalars:
                if one.section == section:
                    one.row, row = row, row + 1
        column = LEFT
        for group in GROUPS:
            for each in self.columns:
                if each.group == group:
                    if each.title == "cycle":
                        each.column = 0
                        continue
                    each.column, column = column, column + each.width
        for k, strip in enumerate(self.strips):
            strip.row = 2 + k
        for one in self.placed:
            one.row, one.column = one.row + self.top, one.column + LEFT

    def look_below(self) -> None:
        """Give every column that stands in the row past the horizon those it is made of; a running sum looks one row up,
        where its terms stand already.
        """
        queue = [column for column in self.columns if column.below]
        while queue:
            for match in TOKEN.finditer(queue.pop().text):
                ref = self.register.refs[int(match[1])]
                target = ref.target
                if ref.shift >= 0 and isinstance(target, Column) and not target.below and target in self.columns:
                    target.below = True
                    queue.append(target)

    def sections(self) -> Iterator[tuple[str, list[Scalar]]]:
        """The list's sections in order."""
        for section in dict.fromkeys(one.section for one in self.scalars):
            yield section, [one for one in self.scalars if one.section == section]


def render(text: str, page: Page, tunnel: int = 0) -> str:
    """A formula's tokens as addresses; the row's number stays open (ROW, NEAR) where it differs from row to row.

    >>> register = Register()
    >>> page = Page("Trace", "Demo", "demo", 3, register)
    >>> t = page.add(Column("t", "0", None))
    >>> page.place()
    >>> render(f"2*{t}", page).replace(ROW, "9")
    '2*G9'
    """
    found = TOKEN.sub(lambda match: _address(page.register.refs[int(match[1])], page, tunnel), text)
    return found.replace(TUNNEL_NUMBER, str(tunnel))


def address(page: Page, one: Scalar | Column, how: str = "cell") -> str:
    """A quantity's address as seen from another sheet."""
    token = page.register.token(Ref(page, one, how))
    return render(token, Page("", "", "", 0, page.register))


def quoted(sheet: str) -> str:
    """A sheet's name as it stands before an exclamation mark.

    >>> quoted("Trace 1"), quoted("Control")
    ("'Trace 1'", 'Control')
    """
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z_]*", sheet) is not None
    return sheet if plain else "'" + sheet.replace("'", "''") + "'"


def absolute(sheet: str, row: int, column: int) -> str:
    """A cell of a sheet, fixed.

    >>> absolute("Control", 4, 2)
    'Control!$C$5'
    """
    return f"{quoted(sheet)}!${letters(column)}${row + 1}"


def _address(ref: Ref, page: Page, tunnel: int) -> str:
    one = ref.target
    sheet = "" if ref.page is page else quoted(ref.page.name) + "!"
    if isinstance(one, Scalar):
        return f"{sheet}${letters(one.column)}${one.row + 1}"
    if isinstance(one, Strip):
        first = one.over.column
        if ref.how == "band":
            return f"${letters(first)}${one.row + 1}:${letters(first + one.over.width - 1)}${one.row + 1}"
        return f"{letters(first + tunnel - ref.left)}${one.row + 1}"
    row = NEAR.get(ref.shift, ROW)
    first_row, last_row = ref.page.top + 1, ref.page.top + ref.page.rows
    if ref.how == "first":
        return f"{sheet}${letters(one.column)}${first_row}"
    if ref.how == "range":
        return f"{sheet}${letters(one.column)}${first_row}:${letters(one.column)}${last_row}"
    if ref.how == "band":
        return f"${letters(one.column)}{row}:${letters(one.column + one.width - 1)}{row}"
    offset = tunnel - ref.left if one.width > 1 else 0
    return f"{letters(one.column + offset)}{row}"
