"""How much an .xlsx workbook holds, found without reading it: a small file may unpack to more than memory holds.

What is counted is what a reader would make: a grid as wide and as long as the furthest cell, blank or not.
"""

import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import IO

from hecon.errors import Fault, InputError, raise_faults
from hecon.names import column_number

MOST_BYTES, MOST_CELLS = 400_000_000, 5_000_000
_STEP, _OVERLAP = 1 << 20, 200  # bytes read at a time, and of them read again, for what stands across two
# A pattern that begins with a letter is found several times as fast as one that begins with \b.
_CELL = re.compile(rb"""r(?<!\wr)\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")
_ENTITY = re.compile(rb"""[rR](?<!\w[rR])\s*=\s*["'][^"'<>]{0,40}&""")
_DECLARED = re.compile(rb"""<(?:!DOCTYPE|\?xml[^>]*encoding\s*=\s*["'](?!utf-?8|us-ascii|iso-8859-1))""", re.I)
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
        stamp = Path(path).stat()
        _measured(str(path), (stamp.st_ino, stamp.st_mtime_ns, stamp.st_size), most_bytes, most_cells)
    except InputError:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise whatever they meet
        raise InputError(
            f"{path}: cannot be read as a workbook ({error}); save it as .xlsx, or give a folder of CSV files"
        ) from None


@lru_cache(8)
def _measured(path: str, stamp: tuple[int, ...], most_bytes: int, most_cells: int) -> None:
    """As `_measure`, once for a file as its `stamp` has it: the largest workbooks take a second or two."""
    _measure(path, most_bytes, most_cells)


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
        if b"\0" in text or _DECLARED.search(text) or _ENTITY.search(text):
            return None
        if found := [*_CELL.findall(text), *_AREA.findall(text)]:
            letters, digits = map(set, zip(*found, strict=True))
            rows = max(rows, *map(int, digits))
            columns = max(columns, *(column_number(one.decode()) + 1 for one in letters))
        places += len(re.findall(rb"<(?:\w+:)?(?:c|row)[\s>/]", chunk))
        before = text[-_OVERLAP:]
    return (
        (rows, max(columns, -(-places // rows))) if rows else (places, 1)
    )  # cells without an address count as they are
