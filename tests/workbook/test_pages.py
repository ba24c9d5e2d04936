"""Every sheet prints: no ###, every chart with title and axes, every page with its footer."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.verify.trial import Made

Twins = Callable[[str], tuple[Made, Path]]
SHEETS = (
    "Cover",
    "ReadMe",
    "Control",
    "Results",
    "Inputs",
    "Assumptions",
    "Items",
    "OneWay",
    "Sources",
    "Checks",
    "Changes",
)


@pytest.mark.parametrize("name", ["starter", "sumatriptan", "til_melanoma_2018", "hard"])
def test_every_chart_has_title_and_axes(twins: Twins, name: str) -> None:
    _, path = twins(name)
    with zipfile.ZipFile(path) as archive:
        charts = [part for part in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", part)]
        texts = [archive.read(part).decode() for part in charts]
    assert len(charts) >= (1 if name == "sumatriptan" else 3)
    for chart, text in zip(charts, texts, strict=True):
        axes = len(re.findall(r"<c:(?:valAx|catAx)>", text))
        assert axes == 2, chart
        assert len(re.findall(r"<c:title>", text)) == axes + 1, chart


@pytest.mark.usefixtures("libreoffice")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("name", ["starter", "sumatriptan"])
def test_every_sheet_prints_without_hashes(twins: Twins, tmp_path: Path, name: str) -> None:
    _, path = twins(name)
    open_session(path, "libreoffice", tmp_path)  # makes the profile that recalculates on load
    pdf = convert(path, tmp_path / "out", tmp_path / "profile", "pdf")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "###" not in text
    assert not re.search(r"#(?:REF|NAME|VALUE|DIV/0|N/A|NUM)", text)
    pages = text.split("\f")[:-1]
    assert len(pages) >= len(SHEETS)
    assert all("hecon" in page for page in pages)
    for sheet in SHEETS:
        assert any(re.search(rf"\b{sheet}\b", page.rstrip().splitlines()[-1]) for page in pages), sheet
