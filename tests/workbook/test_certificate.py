"""The certificate as a sheet: it belongs to the workbook it stands in, changes no other part, and says what was found."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from hecon.errors import InputError
from hecon.workbook.layout import Layout
from hecon.workbook.read_back.read_back import read_back
from hecon.workbook.sheets.certificate_sheet import PART, SHEET, certified, digest, stamp
from hecon.workbook.verify.certificate import Certificate, Finding
from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import read_package, set_cells

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
NAME = "sumatriptan"
pytestmark = pytest.mark.usefixtures("formualizer")


@pytest.fixture
def stamped(twins: Twins, tmp_path: Path) -> tuple[Certificate, Path, Path]:
    made, path = twins(NAME)
    certificate = verify(path, made, count=2, engine="formualizer")
    return certificate, path, stamp(path, tmp_path / "stamped.xlsx", certificate)


def parts(path: Path) -> Mapping[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_no_other_part_changes_but_for_the_lists_of_sheets(stamped: tuple[Certificate, Path, Path]) -> None:
    certificate, path, file = stamped
    before, after = parts(path), parts(file)
    lists = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    assert {name for name in after if after[name] != before.get(name)} == {PART, *lists}
    for name in lists:
        assert len(after[name]) > len(before[name])
    assert digest(file) == digest(path) == certificate.parts == certified(read_package(file))
    assert certified(read_package(path)) == ""


def test_the_sheet_says_what_the_certificate_says(stamped: tuple[Certificate, Path, Path]) -> None:
    certificate, _, file = stamped
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[-1] == SHEET
    rows = {a.value: b.value for a, b in book[SHEET].iter_rows(max_col=2) if a.value}
    assert rows["SHA-256 of its parts"] == certificate.parts
    assert rows["cells compared"] == f"{certificate.cells:,}"
    assert "SHA-256 of the file" not in rows
    assert [rows[one.name].startswith("passed: ") for one in certificate.findings] == [True] * len(certificate.findings)


def test_a_stamped_workbook_is_verified_read_back_and_stamped_again(
    twins: Twins, stamped: tuple[Certificate, Path, Path], tmp_path: Path
) -> None:
    made, _ = twins(NAME)
    certificate, _, file = stamped
    again = verify(file, made, count=2, engine="formualizer")
    assert again.passed, again.text()
    assert again.parts == certificate.parts
    assert not read_back(file, made.book).changes
    twice = stamp(file, tmp_path / "twice.xlsx", replace(again, sha256=certificate.sha256, file=certificate.file))
    assert twice.read_bytes() == file.read_bytes()


def test_a_certificate_of_another_state_is_told(
    twins: Twins, layouts: Layouts, stamped: tuple[Certificate, Path, Path], tmp_path: Path
) -> None:
    made, _ = twins(NAME)
    _, _, file = stamped
    layout = layouts(NAME)
    set_cells(file, tmp_path / "edited.xlsx", {("Control", *layout.controls["threshold"]): 12_345.0})
    found = verify(tmp_path / "edited.xlsx", made, count=0, engine="formualizer", inputs=False)
    assert "its sheet Certificate is about other parts than it has now" in found.notes


def test_a_failure_stands_on_the_sheet(stamped: tuple[Certificate, Path, Path], tmp_path: Path) -> None:
    certificate, path, _ = stamped
    fault = Finding("formulas", False, "1 is not the twin's", ("Tree_a!B2: =1+1 in place of =A1 <b>",))
    file = stamp(path, tmp_path / "failed.xlsx", replace(certificate, findings=(fault,)))
    words = list(read_package(file).sheets[SHEET].words.values())
    assert words[0] == "NOT VERIFIED"
    assert "FAILED: 1 is not the twin's" in words
    assert "Tree_a!B2: =1+1 in place of =A1 <b>" in words


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_opens_it_and_its_copy_is_not_stamped_again(
    stamped: tuple[Certificate, Path, Path], tmp_path: Path
) -> None:
    certificate, _, file = stamped
    open_session(file, "libreoffice", tmp_path)  # makes the profile
    saved = convert(file, tmp_path / "saved", tmp_path / "profile")
    assert certified(read_package(saved)) == certificate.parts
    with pytest.raises(InputError, match="another program has saved its sheet Certificate"):
        stamp(saved, tmp_path / "no.xlsx", certificate)
