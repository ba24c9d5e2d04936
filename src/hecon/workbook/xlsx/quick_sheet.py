"""XlsxWriter's classes with the inner loops of large sheets written anew: the same parts, byte for byte, in less time.

XlsxWriter writes cell by cell, after it has searched each formula for functions newer than those printed here. What is
written anew rests on methods that are not public, so it is used only where it gives the parts that XlsxWriter's own methods
give (`quick_is_safe`, once for each process); with a version where it does not, those are used.
"""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from io import BytesIO
from itertools import repeat
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_LEVEL = 3  # of compression: 12% more bytes than the usual 6, in half the time
_LAST = 16_383  # the last column of a sheet, from 0
_LETTERS = [xl_col_to_name(k) for k in range(_LAST + 1)]
_AS_EXCEL = (1980, 1, 1, 0, 0, 0)  # the time that XlsxWriter gives every part


class Formula(NamedTuple):
    """A formula cell, as XlsxWriter keeps one; its name and its fields are what XlsxWriter looks for."""

    formula: str
    format: Any
    value: Any


class Number(NamedTuple):
    """A number cell, as XlsxWriter keeps one."""

    number: float
    format: Any


class PlainSheet(Worksheet):
    """A worksheet of XlsxWriter, with the two ways in which the pen fills a column."""

    def formulas_down(self, row: int, column: int, texts: Sequence[str], values: Sequence[Any], form: Any) -> None:
        """Formulas with their values down a column, from `row` on; both counted from 0."""
        for k, (text, value) in enumerate(zip(texts, values, strict=True), start=row):
            self.write_formula(k, column, text, form, value)

    def numbers_down(self, row: int, column: int, values: Sequence[float], form: Any) -> None:
        """Numbers down a column, from `row` on; both counted from 0."""
        for k, value in enumerate(values, start=row):
            self.write_number(k, column, value, form)


class QuickSheet(PlainSheet):
    """The same, past XlsxWriter's checks of what the printers give; the row as a whole is written at once."""

    def formulas_down(self, row: int, column: int, texts: Sequence[str], values: Sequence[Any], form: Any) -> None:
        self._put(row, column, map(tuple.__new__, repeat(Formula), zip(texts, repeat(form), values)), len(texts))

    def numbers_down(self, row: int, column: int, values: Sequence[float], form: Any) -> None:
        self._put(row, column, map(tuple.__new__, repeat(Number), zip(values, repeat(form))), len(values))

    def _put(self, row: int, column: int, cells: Iterable[Any], count: int) -> None:
        self._check_dimensions(row, column)
        self._check_dimensions(row + count - 1, column)
        table = self.table
        for k, cell in enumerate(cells, start=row):
            table[k][column] = cell

    def _write_rows(self) -> None:
        """The innermost loop: formulas and numbers of the pen; what else there is, XlsxWriter writes."""
        if self.comments:
            super()._write_rows()
            return
        told = self.row_info if hasattr(self, "row_info") else self.set_rows  # its name from 3.3 on, and before
        spans, styles = self._spans(), _Styles()
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            if not self.table.get(row):
                if row in told:
                    self._write_empty_row(row, spans.get(row // 16), told[row])
                continue
            self._write_row(row, spans.get(row // 16), *([told[row]] if row in told else []))
            end, parts = f'{row + 1}" s="', []
            for column, cell in sorted(self.table[row].items()):
                kind = cell.__class__
                if kind is Number:
                    parts.append(f'<c r="{_LETTERS[column]}{end}{styles[cell[1]]}"><v>{cell[0]:.16G}</v></c>')
                elif kind is Formula and cell[2].__class__ is float:
                    text, form, value = cell
                    if "<" in text or ">" in text or "&" in text:
                        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                    parts.append(f'<c r="{_LETTERS[column]}{end}{styles[form]}"><f>{text}</f><v>{value}</v></c>')
                else:
                    self.fh.write("".join(parts))
                    parts.clear()
                    self._write_cell(row, column, cell)
            parts.append("</row>")
            self.fh.write("".join(parts))

    def _spans(self) -> dict[int, str]:
        """The first and last column of each 16 rows."""
        found: dict[int, tuple[int, int]] = {}
        for row, cells in self.table.items():
            if cells:
                first, last = found.get(row // 16, (_LAST, 0))
                found[row // 16] = min(first, *cells), max(last, *cells)
        return {block: f"{first + 1}:{last + 1}" for block, (first, last) in found.items()}


class _Styles(dict[Any, int]):
    """The number of each format."""

    def __missing__(self, form: Any) -> int:
        number: int = form._get_xf_index()
        self[form] = number
        return number


class _Parts(Packager):
    """Hands the parts of a workbook to whoever compresses them."""

    parts: Sequence[tuple[Any, str, bool]] = ()

    def _create_package(self) -> list[Any]:
        self.parts = super()._create_package()
        return []


class QuickWorkbook(Workbook):
    """A workbook in memory whose parts are compressed less than XlsxWriter does."""

    def add_chart(self, options: dict[str, Any]) -> Any:
        """A chart whose stored numbers are written at once."""
        chart = super().add_chart(options)
        chart._write_num_cache = partial(_write_numbers, chart)
        return chart

    def _get_packager(self) -> Packager:
        self.packager = _Parts()
        return self.packager

    def close(self) -> None:
        """Assemble the parts and write them."""
        super().close()
        if isinstance(self.filename, BytesIO):
            self.filename.seek(0)
            self.filename.truncate()
        with zipfile.ZipFile(self.filename, "w", compression=zipfile.ZIP_DEFLATED) as archive:
            for part, name, is_binary in self.packager.parts:
                data = part.getvalue() if is_binary else part.getvalue().encode()
                archive.writestr(_about(name), data, compresslevel=_LEVEL)
                part.close()
        for sheet in self.worksheets():
            sheet.table.clear()  # a workbook holds on to itself: its cells would wait for the garbage collector


def _write_numbers(chart: Any, data: Sequence[Any] | None) -> None:
    """The numbers that a chart shows before its cells are computed; for what is none, 0, and nothing for a blank cell."""
    found = data or ()
    points = (f'<c:pt idx="{k}"><c:v>{_number(one)}</c:v></c:pt>' for k, one in enumerate(found) if one is not None)
    chart._xml_start_tag("c:numCache")
    chart._write_format_code("General")
    chart._write_pt_count(len(found))
    chart.fh.write("".join(points))
    chart._xml_end_tag("c:numCache")


def _number(cell: Any) -> Any:
    try:
        float(cell)
    except ValueError:
        return 0
    return cell


def _about(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _AS_EXCEL)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def workbook_class() -> type[Workbook]:
    """The class of workbooks to write with."""
    return QuickWorkbook if quick_is_safe() else Workbook


def sheet_class() -> type[PlainSheet]:
    """The class of worksheets to write with."""
    return QuickSheet if quick_is_safe() else PlainSheet


@lru_cache(maxsize=1)
def quick_is_safe() -> bool:
    """Whether the quick classes give what XlsxWriter's own give, with the version that is installed.

    >>> quick_is_safe()
    True
    """
    plain = _trial(Workbook, PlainSheet)
    try:
        return _trial(QuickWorkbook, QuickSheet) == plain
    except Exception:  # whatever another version of XlsxWriter makes of it, its own classes are there
        return False


def _trial(book_class: type[Workbook], sheet_class: type[PlainSheet]) -> list[tuple[str, bytes]]:
    """The parts of a small workbook with every kind of cell."""
    room = BytesIO()
    book = book_class(room, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet("S", sheet_class)
    one, two = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    sheet.set_row(1, 40)
    sheet.set_column(0, 3, 12, two)
    sheet.formulas_down(1, 0, ["1+1", 'IF(A1<>2,"a & b",-1)', 'A1&"<"', "NA()"], [2.0, -1e-300, "a<", "#N/A"], one)
    sheet.numbers_down(0, 2, [0.1, 1e22, -3.0, 123456789.0, 1 / 3], two)
    sheet.formulas_down(40, 27, ["A1"], [1], two)
    sheet.write_string(2, 1, "words & <others>", one)
    chart = book.add_chart({"type": "scatter"})
    chart.add_series({"categories": ["S", 1, 0, 3, 0], "values": ["S", 0, 2, 4, 2]})
    sheet.insert_chart(6, 3, chart)
    book.close()
    with zipfile.ZipFile(room) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]
