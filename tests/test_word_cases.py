"""The Word report of every case: written, its structure read back, every second one rendered by LibreOffice."""

import os
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from hecon import open_case
from hecon.report.word import document as written
from hecon.report.write_report import everything
from hecon.report.write_word import write_document
from hecon.results.texts import TODO

docx = pytest.importorskip("docx", reason="reads the documents back")
CASES = sorted(path.parent.name for path in (Path(__file__).parents[1] / "models").glob("*/text.md"))
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OURS = {"Funding", "Conflicts of interest", "Engagement", "Managed access"}  # what only an author knows
DRAWS = 20
RENDERED = CASES[::2]  # in one conversion, which takes three seconds a case


def grey(figure: Any, room: BinaryIO, dpi: int) -> None:
    """A picture of the figure's size without its drawing, which other tests look at and which takes most of the time."""
    across, down = (round(dpi * one) for one in figure.get_size_inches())

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", across, down, 8, 0, 0, 0, 0)
    dots = struct.pack(">IIB", round(dpi / 0.0254), round(dpi / 0.0254), 1)
    body = zlib.compress((b"\x00" + b"\xcc" * across) * down, 1)
    room.write(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"pHYs", dots) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents of all cases, a few outlines among them."""
    place = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(written, "write_png", grey)
        patch.setattr(written, "DPI", 30)
        for k, name in enumerate(CASES):
            found, _ = everything(open_case(name).run(draws=DRAWS, seed=1), 0)
            write_document(found, place / f"{name}.docx", named=("nice", "paper", "zin", "cda")[k % 4])
    return place


@pytest.mark.parametrize("name", CASES)
def test_a_case_s_document_is_whole(folder: Path, name: str) -> None:
    document = docx.Document(str(folder / f"{name}.docx"))
    body = document.element.body
    lines = [(one.style.name, one.text) for one in document.paragraphs]
    captions = [text for style, text in lines if style == "Caption"]
    assert all(re.match(r"(Table|Figure) \d+\. \S.{3,}", one) for one in captions)
    tables = [one for one in captions if one.startswith("Table")]
    figures = [one for one in captions if one.startswith("Figure")]
    assert len(tables) == len(document.tables) > 15
    assert len(figures) == len(document.inline_shapes) > 10
    for table in document.tables:
        assert table.rows[0]._tr.find(f"{WORD}trPr/{WORD}tblHeader") is not None
        assert table._tbl.find(f"{WORD}tblPr/{WORD}tblDescription") is not None
    assert all(len(shape._inline.docPr.get("descr")) > 20 for shape in document.inline_shapes)
    marks = {one.get(f"{WORD}name") for one in body.iter(f"{WORD}bookmarkStart")}
    anchors = [one.get(f"{WORD}anchor") for one in body.iter(f"{WORD}hyperlink")]
    assert set(anchors) <= marks
    assert len(anchors) > 10
    last = {"Table": len(tables), "Figure": len(figures)}
    words = " ".join(text for _, text in lines) + " ".join(cell.text for cell in checklist(document).column_cells(3))
    mentioned = re.findall(r"(Table|Figure)s? (?:\d+ (?:and|to) )?(\d+)", words)
    assert mentioned
    assert all(1 <= int(number) <= last[kind] for kind, number in mentioned)
    missing = {match[1] for _, text in lines if (match := re.match(rf"{TODO} \(([^)]*)\)", text))}
    assert missing <= OURS
    assert not [text for _, text in lines if re.search(r"\{(report|input|scenario):", text)]


@pytest.mark.parametrize("name", CASES)
def test_the_checklist_points_to_headings_of_the_document(folder: Path, name: str) -> None:
    document = docx.Document(str(folder / f"{name}.docx"))
    told = {one.text.replace("\u2002", " ") for one in document.paragraphs if one.style.name.startswith("Heading")}
    rows = [[cell.text for cell in row.cells] for row in checklist(document).rows[1:]]
    assert len(rows) == 28
    for _, _, reported, where in rows:
        assert {name.strip() for name in reported.partition(TODO + ":")[2].split(",") if name} <= OURS
        for place in filter(None, where.split("; ")):
            assert place == "Title page" or re.sub(r" \([TF].*\)$", "", place) in told


def test_libreoffice_renders_them(folder: Path) -> None:
    office = shutil.which("soffice")
    if office is None or not (Path(os.path.realpath(office)).parent / "libswlo.so").exists():
        pytest.skip("LibreOffice Writer is not installed")
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    files = [str(folder / f"{name}.docx") for name in RENDERED]
    command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=400)
    for name in RENDERED:
        data = (folder / f"{name}.pdf").read_bytes()
        assert data[:5] == b"%PDF-"
        if shutil.which("pdfinfo"):
            told = subprocess.run(["pdfinfo", str(folder / f"{name}.pdf")], check=True, capture_output=True, text=True)
            (pages,) = re.findall(r"Pages:\s+(\d+)", told.stdout)
            assert 20 < int(pages) < 200, name


def checklist(document: Any) -> Any:
    (table,) = [one for one in document.tables if one.rows[0].cells[1].text == "What is asked"]
    return table
