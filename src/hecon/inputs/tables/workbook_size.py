"""How much an .xlsx workbook holds, found without reading it: a small file may unpack to more than memory holds.

What is counted is what a reader would make: a grid as wide and as long as the furthest cell, blank or not.
"""

import re
import zipfile
from pathlib import Path
from typing import IO

from hecon.errors import Fault, InputError, raise_faults

MOST_BYTES, MOST_CELLS = 400_000_000, 5_000_000
_STEP, _OVERLAP = 1 << 20, 200  # bytes read at a time, and of them read again, for what stands across two
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")
_ODD = re.compile(
    rb"""<!DOCTYPE|\0|\br\s*=\s*["'][^"'<>]{0,40}&|<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8|us-ascii|iso-8859-1)""", re.I
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_AREA = re.compile(rb"""<(?:\w+:)?dimension\s[^>]*?ref\s*=\s*["'](?:[A-Za-z]+\d+:)?([A-Za-z]{1,3})(\d{1,9})["']""")


def refuse_the_huge(path: str | Path, most_bytes: int = MOST_BYTES, most_cells: int = MOST_CELLS) -> None:
    """Refuse an .xlsx file that would unpack to too much, or whose sheets reach too far; what is no archive passes.

    Raises:
        InputError: every such part and sheet, with its size and what to do.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/far.xlsx")
    ...     _ = book.add_worksheet("One").write_number("C100", 1)
    ...     book.close()
    ...     refuse_the_huge(f"{folder}/far.xlsx", most_cells=300)
    ...     try:
    ...         refuse_the_huge(f"{folder}/far.xlsx", most_cells=299)
    ...     except InputError as error:
    ...         print(str(error).splitlines()[1][4:68])
    sheet1.xml: reaches to row 100, column 3: a grid of 300 cells, m
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        _measure(path, most_bytes, most_cells)
    except InputError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise whatever they meet
        raise InputError(
            f"{path}: cannot be read as a workbook ({error}); save it as .xlsx, or give a folder of CSV files"
        ) from None


def _measure(path: str | Path, most_bytes: int, most_cells: int) -> None:
    faults, cells = [], 0
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        size = sum(part.file_size for part in parts)
        if size > most_bytes:
            largest = max(parts, key=lambda part: part.file_size)
            text = (
                f"unpacks to {size / 1e6:,.0f} MB, more than {most_bytes / 1e6:,.0f}; its largest part is {largest.filename}:"
                " remove what is no input, or give a folder of CSV files"
            )
            raise InputError(f"{path}: {text}")
        for part in parts:
            place = part.filename.rpartition("/")[2]
            with archive.open(part) as stream:  # whatever its name: which part is a sheet, the file itself says
                reach = _reach(stream)
            if reach is None:
                faults.append(Fault(place, "is not XML as spreadsheets write it; save the workbook anew in one"))
                continue
            cells += reach[0] * reach[1]
            if cells > most_cells:
                text = (
                    f"reaches to row {reach[0]:,}, column {reach[1]:,}: a grid of {reach[0] * reach[1]:,} cells, more than"
                    f" {most_cells:,} in all; delete the blank rows and columns after the last one that is used, and save"
                )
                faults.append(Fault(place, text))
    raise_faults(faults, InputError, str(path))


def _reach(stream: IO[bytes]) -> tuple[int, int] | None:
    """The last row and column that a cell, a row or the dimension names, 0 where none does; None for odd XML."""
    rows = columns = places = 0
    before = b""
    while chunk := stream.read(_STEP):
        text = before + chunk
        if not before and not text.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            return None if text.startswith(_UTF_16) else (0, 0)  # a picture, or another part that is no XML
        if _ODD.search(text):
            return None
        for letters, digits in (*_CELL.findall(text), *_AREA.findall(text)):
            rows = max(rows, int(digits))
            columns = max(columns, _column(letters))
        places += len(re.findall(rb"<(?:\w+:)?(?:c|row)[\s>/]", chunk))
        before = text[-_OVERLAP:]
    return (
        (rows, max(columns, -(-places // rows))) if rows else (places, 1)
    )  # cells without an address count as they are


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
