"""The certificate as a sheet of the workbook that it is about: put into the finished file, no other part of which changes.

It names the digest of all the other parts, so that anyone can see that it belongs to the workbook it stands in.
"""

import re
import textwrap
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path

from hecon.errors import InputError
from hecon.workbook.verify.certificate import Certificate
from hecon.workbook.xlsx.package import Package, opened

SHEET = "Certificate"
PART = "xl/worksheets/certificate.xml"
_ID = "rIdCertificate"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_ENTRIES = {  # where a workbook lists its sheets: what to add, before which closing tag
    "[Content_Types].xml": (f'<Override PartName="/{PART}" ContentType="{_KIND}"/>', "</Types>"),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationship Id="{_ID}" Type="{_TYPE}" Target="worksheets/certificate.xml"/>',
        "</Relationships>",
    ),
    "xl/workbook.xml": (f'<sheet name="{SHEET}" sheetId="{{id}}" r:id="{_ID}"/>', "</sheets>"),
}
_LINE = 110  # letters
_PAGE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
    '<cols><col min="1" max="1" width="28" customWidth="1"/><col min="2" max="2" width="105" customWidth="1"/></cols>'
    "<sheetData>{rows}</sheetData>"
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;Lhecon, certificate&amp;C&amp;A&amp;Rpage &amp;P of &amp;N</oddFooter></headerFooter>"
    "</worksheet>"
)


def digest(path: str | Path) -> str:
    """SHA-256 of a workbook's parts without its certificate: their names and contents, in the order of their names.

    Raises:
        InputError: a file that is no .xlsx workbook.

    >>> digest("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    total = sha256()
    for name, data in sorted(_parts(path)):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


def stamp(path: str | Path, out: str | Path, certificate: Certificate) -> Path:
    """A copy of a workbook with the certificate as its last sheet, in place of one that is there.

    Raises:
        InputError: a file that is no .xlsx workbook, or whose sheet Certificate another program has saved.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> from hecon.workbook.xlsx.package import read_package
    >>> one = Certificate("demo.xlsx", "demo", "ab12", "0.1.0", "formualizer 0.13.0", 1, 3, 0.0, "", 0.0, 2, (), (), ())
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One").write_number(0, 0, 2.5)
    ...     book.close()
    ...     before = digest(f"{folder}/demo.xlsx")
    ...     stamped = stamp(f"{folder}/demo.xlsx", f"{folder}/out.xlsx", one)
    ...     digest(stamped) == before, list(read_package(stamped).sheets)
    (True, ['One', 'Certificate'])
    """
    parts = list(_parts(path))
    taken = [
        int(k)
        for name, data in parts
        if name == "xl/workbook.xml"
        for k in re.findall(r'sheetId="(\d+)"', data.decode())
    ]
    if any(name == "xl/workbook.xml" and f'name="{SHEET}"' in data.decode() for name, data in parts):
        raise InputError(f"{path}: another program has saved its sheet {SHEET}; delete that sheet first")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in [*parts, (PART, _sheet(certificate, _title_style(parts)).encode())]:
            if name in _ENTRIES:
                entry, end = _ENTRIES[name]
                text = data.decode()
                assert text.count(end) == 1
                data = text.replace(end, entry.format(id=max(taken) + 1) + end).encode()
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return Path(out)


def certified(package: Package) -> str:
    """The digest that a workbook's certificate names; "" where it has none.

    >>> certified(Package({}, {}, ()))
    ''
    """
    words = " ".join(package.sheets[SHEET].words.values()) if SHEET in package.sheets else ""
    found = re.search(r"\b[0-9a-f]{64}\b", words)
    return found[0] if found else ""


def _parts(path: str | Path) -> Iterator[tuple[str, bytes]]:
    """The parts of a workbook as they were before a certificate was put in."""
    with opened(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name in _ENTRIES:
                pattern = re.escape(_ENTRIES[name][0]).replace(re.escape("{id}"), r"\d+")
                data = re.sub(pattern, "", data.decode()).encode()
            if name != PART:
                yield name, data


def _title_style(parts: list[tuple[str, bytes]]) -> str:
    """The style of the first sheet's first cell, which is a title."""
    first = next((data.decode() for name, data in parts if name == "xl/worksheets/sheet1.xml"), "")
    found = re.search(r'<c r="A1"[^>]*? s="(\d+)"', first)
    return found[1] if found else "0"


def _sheet(certificate: Certificate, title: str) -> str:
    """The sheet's XML; long words go on in the row below."""
    verdict = "Certificate of verification" if certificate.passed else "NOT VERIFIED"
    lines: list[tuple[str, str]] = [("", "")]
    for what, words in certificate.rows():
        if what != "SHA-256 of the file":  # which this sheet has changed
            lines += [(what if k == 0 else "", line) for k, line in enumerate(textwrap.wrap(words, _LINE) or [""])]
    for one in certificate.findings:
        lines += [(one.name if k == 0 else "", line) for k, line in enumerate(one.faults[:12])]
    lines += [
        ("note" if k == 0 else "", line)
        for note in certificate.notes
        for k, line in enumerate(textwrap.wrap(note, _LINE))
    ]
    told = (
        "It is about this workbook without this sheet. `hecon verify-workbook` prints the digest of a workbook's parts."
    )
    rows = [(verdict, ""), *lines, ("", ""), ("", told)]
    return _PAGE.format(rows="".join(_row(k, pair, title if k == 1 else "0") for k, pair in enumerate(rows, start=1)))


def _row(number: int, pair: tuple[str, str], style: str) -> str:
    cells = [
        f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t>{escape(words, quote=False)}</t></is></c>'
        for letter, words in zip("AB", pair, strict=True)
        if words
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'
