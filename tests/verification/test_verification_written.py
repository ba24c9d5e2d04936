"""The certificate of a model as a document and as a sheet: the same tables everywhere, and a workbook that stays as it was."""

import re
from pathlib import Path

import openpyxl
import pytest

from hecon import open_case, write_workbook
from hecon.errors import InputError
from hecon.grid import PAGE, on
from hecon.report.write_word import write_parts
from hecon.verification.certificate import Certificate
from hecon.verification.sheet import write_sheet
from hecon.verification.verify import verify
from hecon.workbook.example import one_visit
from hecon.workbook.sheets.certificate_sheet import digest

ONLY = ("parts add up", "signs", "utilities of 1", "every input is used")


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return verify(open_case(*one_visit()), only=ONLY, draws=50)


def workbook(path: Path) -> Path:
    analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    write_workbook(analysis, path)
    return path


def test_the_document_has_a_row_for_each_test(certificate: Certificate, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document(str(write_parts(certificate.title, certificate.parts(), tmp_path / "a.docx")))
    (tests,) = [one for one in document.tables if one.rows[0].cells[0].text == "Verdict" and len(one.columns) == 6]
    assert [row.cells[1].text for row in tests.rows[1:]] == [row[1] for row in certificate.grid().rows]
    assert [row.cells[0].text for row in tests.rows[1:]] == [row[0] for row in certificate.grid().rows]
    assert document.sections[0].page_width > document.sections[0].page_height
    assert (
        document.paragraphs[0].text == "Verification of one_visit" or document.paragraphs[0].text == certificate.title
    )


def test_the_sheet_is_put_into_the_workbook_and_changes_nothing_else(certificate: Certificate, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    before, sheets = digest(path), openpyxl.load_workbook(path).sheetnames
    write_sheet(certificate, path)
    write_sheet(certificate, path)  # in place of the first
    book = openpyxl.load_workbook(path)
    assert digest(path) == before
    assert book.sheetnames == [*sheets, "Verification"]
    cells = [[cell.value for cell in row] for row in book["Verification"].iter_rows()]
    assert cells[0][0] == certificate.title
    verdicts = {"FAILS", "informs", "passes", "does not apply"}
    rows = [row for row in cells if row[0] in verdicts and row[2]]
    assert len([row for row in rows if row[1]]) >= len(ONLY)
    told = " ".join(str(cell) for row in cells for cell in row if cell)
    for row in on(certificate.grid(), PAGE).rows:
        assert str(row[1])[:20] in told
    assert re.search(r"fingerprint [0-9a-f]{64}", told)


def test_without_a_file_a_workbook_of_its_own_is_written(certificate: Certificate, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_sheet(certificate, tmp_path / "own.xlsx"))
    assert book.sheetnames == ["Verification", "Findings"]
    assert {row[1].value for row in book["Verification"].iter_rows(min_row=5)} == set(ONLY)


def test_another_workbook_is_refused(certificate: Certificate, tmp_path: Path) -> None:
    other = openpyxl.Workbook()
    other.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError, match="no executable workbook"):
        write_sheet(certificate, tmp_path / "other.xlsx")
    path = workbook(tmp_path / "a.xlsx")
    one = Certificate("one_visit", "", "0" * 64, 50, certificate.results)
    with pytest.raises(InputError, match=r"the certificate is of inputs 000000000000.*hecon twin"):
        write_sheet(one, path)
