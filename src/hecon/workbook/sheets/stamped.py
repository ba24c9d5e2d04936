"""Sheets of text that are put into a finished workbook, no other part of which changes: a certificate, tests of the model.

Neither counts in the digest of the other parts, so that either may be put in, or taken out, at any time.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from hecon.errors import InputError
from hecon.names import letters
from hecon.workbook.xlsx.package import opened

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_PAGE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
    "<cols>{columns}</cols>"
    "<sheetData>{rows}</sheetData>"
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;Lhecon, {what}&amp;C&amp;A&amp;Rpage &amp;P of &amp;N</oddFooter></headerFooter>"
    "</worksheet>"
)


@dataclass(frozen=True)
class Stamp:
    """A sheet that is put into a finished workbook: its name, and what its page's foot says."""

    sheet: str
    what: str

    @property
    def part(self) -> str:
        """The part of the file that holds the sheet."""
        return f"xl/worksheets/{self.sheet.lower()}.xml"

    @property
    def entries(self) -> dict[str, tuple[str, str]]:
        """Where a workbook lists its sheets: what to add, before which closing tag."""
        mark = f"rId{self.sheet}"
        return {
            "[Content_Types].xml": (f'<Override PartName="/{self.part}" ContentType="{_KIND}"/>', "</Types>"),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationship Id="{mark}" Type="{_TYPE}" Target="worksheets/{self.sheet.lower()}.xml"/>',
                "</Relationships>",
            ),
            "xl/workbook.xml": (f'<sheet name="{self.sheet}" sheetId="{{id}}" r:id="{mark}"/>', "</sheets>"),
        }


CERTIFICATE, VERIFICATION = Stamp("Certificate", "certificate"), Stamp("Verification", "tests of the model")
STAMPS = (CERTIFICATE, VERIFICATION)


def parts_without(path: str | Path, stamps: Sequence[Stamp] = STAMPS) -> Iterator[tuple[str, bytes]]:
    """The parts of a workbook, name and contents, as they were before these sheets were put in.

    Raises:
        InputError: a file that is no .xlsx workbook.

    >>> list(parts_without("no_such.xlsx"))
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    with opened(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            for one in stamps:
                if name in one.entries:
                    pattern = re.escape(one.entries[name][0]).replace(re.escape("{id}"), r"\d+")
                    data = re.sub(pattern, "", data.decode()).encode()
            if name not in [one.part for one in stamps]:
                yield name, data


def put_in(path: str | Path, out: str | Path, one: Stamp, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Path:
    """A copy of a workbook with rows of text as its last sheet, in place of one that is there; the first row is a title.

    Raises:
        InputError: a file that is no .xlsx workbook, or whose sheet of that name another program has saved.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> from hecon.workbook.xlsx.package import read_package
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One").write_number(0, 0, 2.5)
    ...     book.close()
    ...     once = put_in(f"{folder}/demo.xlsx", f"{folder}/once.xlsx", VERIFICATION, [["a"]], [20])
    ...     list(read_package(put_in(once, f"{folder}/twice.xlsx", VERIFICATION, [["b"]], [20])).sheets)
    ['One', 'Verification']
    """
    parts = list(parts_without(path, [one]))
    listed = next((data.decode() for name, data in parts if name == "xl/workbook.xml"), "")
    taken = [int(k) for k in re.findall(r'sheetId="(\d+)"', listed)]
    if f'name="{one.sheet}"' in listed:
        raise InputError(f"{path}: another program has saved its sheet {one.sheet}; delete that sheet first")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in [*parts, (one.part, _xml(one, rows, widths, _title_style(parts)).encode())]:
            if name in one.entries:
                entry, end = one.entries[name]
                text = data.decode()
                assert text.count(end) == 1
                data = text.replace(end, entry.format(id=max(taken) + 1) + end).encode()
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return Path(out)


def _title_style(parts: list[tuple[str, bytes]]) -> str:
    """The style of the first sheet's first cell, which is a title."""
    first = next((data.decode() for name, data in parts if name == "xl/worksheets/sheet1.xml"), "")
    found = re.search(r'<c r="A1"[^>]*? s="(\d+)"', first)
    return found[1] if found else "0"


def _xml(one: Stamp, rows: Sequence[Sequence[str]], widths: Sequence[int], title: str) -> str:
    columns = "".join(
        f'<col min="{k}" max="{k}" width="{width}" customWidth="1"/>' for k, width in enumerate(widths, start=1)
    )
    told = "".join(_row(k, row, title if k == 1 else "0") for k, row in enumerate(rows, start=1))
    return _PAGE.format(columns=columns, rows=told, what=one.what)


def _row(number: int, row: Sequence[str], style: str) -> str:
    cells = [
        f'<c r="{letters(k)}{number}" s="{style}" t="inlineStr"><is><t>{escape(words, quote=False)}</t></is></c>'
        for k, words in enumerate(row)
        if words
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'
