"""Small files that unpack to much, or reach far: refused before they are read, in little time and memory."""

import random
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from hecon.cases import find_case, read_book
from hecon.errors import HeconError, InputError
from hecon.inputs.tables.sheets import read_sheets
from hecon.inputs.tables.workbook_size import refuse_the_huge
from hecon.workbook.read_back.read_back import is_twin


@pytest.fixture(autouse=True)
def quick():
    """No test of this file takes longer than seconds."""
    started = time.process_time()
    yield
    assert time.process_time() - started < 10


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


def test_damaged_files_are_told(home, call):
    """A workbook of inputs and an executable one with bytes changed, cut, or a part left out: read, or refused in words."""
    assert call("inputs", "pack", "demo", "own.xlsx").exit_code == 0
    assert call("twin", "demo", "--draws", "0", "--out", "twin.xlsx").exit_code == 0
    chance, told = random.Random(1), 0
    for name in ("own.xlsx", "twin.xlsx"):
        with zipfile.ZipFile(name) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        for _ in range(40):
            damaged, part = dict(parts), chance.choice(list(parts))
            data, at = bytearray(parts[part]), chance.randrange(len(parts[part]))
            data[at : at + chance.choice((1, 100))] = bytes(
                chance.randrange(256) for _ in range(chance.choice((0, 1, 9)))
            )
            damaged[part] = bytes(data)
            if chance.random() < 0.2:
                del damaged[part]
            with zipfile.ZipFile("damaged.xlsx", "w") as archive:
                for one, text in damaged.items():
                    archive.writestr(one, text)
            if chance.random() < 0.3:
                raw = bytearray(Path("damaged.xlsx").read_bytes())
                raw[chance.randrange(len(raw))] ^= 255
                Path("damaged.xlsx").write_bytes(raw)
            try:
                read_book(find_case("damaged.xlsx"))
            except HeconError:
                told += 1
    assert told > 10
