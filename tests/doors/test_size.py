"""Small files that unpack to much, or reach far: refused before they are read, in little time and memory."""

import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from hecon.errors import InputError
from hecon.inputs.sheets import read_sheets
from hecon.inputs.workbook_size import refuse_the_huge
from hecon.workbook.read_back import is_twin


@pytest.fixture(autouse=True)
def quick():
    """No refusal takes longer than a second or two."""
    started = time.process_time()
    yield
    assert time.process_time() - started < 4


def book(path, **cells):
    """A workbook of inputs with further cells, by address."""
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("parameters")
        for j, word in enumerate(("name", "value", "provenance")):
            sheet.write(0, j, word)
        for j, word in enumerate(("price", 5, "read")):
            sheet.write(1, j, word)
        for address, word in cells.items():
            sheet.write(address, word) if word else sheet.write_blank(address, None, made.add_format({"bold": True}))
    return Path(path)


def rewritten(path, out, part, edit):
    """A copy with one part changed by `edit`, bytes to bytes."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            data = archive.read(name)
            target.writestr(name, edit(data) if name == part else data)
    return Path(out)


@pytest.mark.parametrize("word", ["", "x"], ids=["blank", "text"])
def test_a_cell_at_the_end_of_the_grid(tmp_path, word):
    path = book(tmp_path / "far.xlsx", XFD1048576=word)
    for read in (read_sheets, is_twin):
        with pytest.raises(InputError, match="reaches to row 1,048,576, column 16,384"):
            read(path)


def test_a_cell_of_many_megabytes(home, refused):
    path = book("plain.xlsx", D1="note")
    edit = lambda data: data.replace(b">note<", b">" + b"A" * 120_000_000 + b"<")  # noqa: E731
    bomb = rewritten(path, "bomb.xlsx", "xl/sharedStrings.xml", edit)
    assert bomb.stat().st_size < 1_000_000
    for words in (("inputs", "unpack", bomb, "out"), ("inputs", "check", bomb), ("run", bomb)):
        assert "unpacks to 120 MB" in refused(*words)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<worksheet ", b"<!DOCTYPE x [<!ENTITY e 'A'>]><worksheet "),
        (b'<c r="A1"', b'<c r="XFD&#49;048576"'),
        (b'encoding="UTF-8"', b'encoding="cp037"'),
    ],
    ids=["entities", "an address in disguise", "another encoding"],
)
def test_xml_that_no_spreadsheet_writes(tmp_path, old, new):
    path = rewritten(
        book(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", lambda x: x.replace(old, new, 1)
    )
    with pytest.raises(InputError, match="is not XML as spreadsheets write it"):
        read_sheets(path)


def test_utf_16_and_a_dimension_that_lies(tmp_path):
    path, part = book(tmp_path / "a.xlsx"), "xl/worksheets/sheet1.xml"
    wide = rewritten(path, tmp_path / "b.xlsx", part, lambda x: x.decode().encode("utf-16"))
    with pytest.raises(InputError, match="is not XML as spreadsheets write it"):
        read_sheets(wide)
    lies = rewritten(path, tmp_path / "c.xlsx", part, lambda x: x.replace(b"A1:C2", b"A1:XFD1048576"))
    with pytest.raises(InputError, match="delete the blank rows"):
        read_sheets(lies)


def test_what_people_have_is_read(tmp_path):
    path = book(tmp_path / "long.xlsx", A20000="p_last", B20000=0.5, C20000="read")
    refuse_the_huge(path)
    assert len(read_sheets(path)["parameters"].rows) == 2
