"""Sheets of stored results: values and one flag, verified as such, stale when an input or a choice is changed."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.over_time import over_time
from hecon.analysis.sensitivity.global_sensitivity import global_sensitivity
from hecon.analysis.sensitivity.scenarios import scenarios
from hecon.analysis.sensitivity.subgroups import subgroups
from hecon.analysis.sensitivity.two_way import two_way
from hecon.analysis.voi.convergence import convergence
from hecon.grid import Column, Grid
from hecon.inputs.parameter import Change, Scenario
from hecon.inputs.subgroups import Subgroup
from hecon.results.analysis import Analysis, ran_with
from hecon.results.findings import Findings, find
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.stored.difference import breakdown_sheet, price_sheet
from hecon.workbook.stored.draws import convergence_sheet, voi_sheet
from hecon.workbook.stored.sensitivity import dsa_sheet, gsa_sheet, scenarios_sheet, subgroups_sheet, two_way_sheet
from hecon.workbook.stored.sheet import BANNER, MARK, STALE, Chart, Part, StoredSheet
from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import read_package, rewrite

Twins = Callable[[str], tuple[Made, Path]]
NAME = "til_melanoma_2018"
SHEETS = ("Breakdown", "DSA", "TwoWay", "GSA", "Convergence", "VOI", "Price", "Subgroups")
HOSTILE = '=HYPERLINK("http://x") +cmd @x "quoted" \n' + 300 * "long "


def results(made: Made) -> tuple[Findings, tuple[StoredSheet, ...]]:
    """Every stored sheet of a case, from its small PSA."""
    model, book = made.model, made.book
    base = hecon.run(model, book.base(), keep=("by_state", "ledger", "trace"))
    study = Analysis.of_outcomes(
        "case", base, made.psa, made.perspective, made.wtp, made.reference, book=book, draws=made.draws
    )
    found = find(study, model)
    assert found.swings is not None
    assert made.psa is not None
    reading = {"reference": made.reference, "perspective": made.perspective, "wtp": made.wtp}
    grid = two_way(model, book, *list(found.widths)[:2], perspective=made.perspective, wtp=made.wtp, points=4)
    groups = (Subgroup("one", "", 0.5, {}), Subgroup("two", "Two", 0.5, {}))
    other = next(name for name in base.strategies if name != made.reference)
    indices = {other: global_sensitivity(model, book, other, **reading, method="morris", n=4)}
    running = convergence(made.psa, made.wtp, made.perspective, made.reference)
    ran = ran_with(study)
    return found, (
        breakdown_sheet(found, ran),
        dsa_sheet(found.swings, ran),
        two_way_sheet(grid, ran, "x", "y"),
        gsa_sheet(indices, ran),
        convergence_sheet(running, ran, base.labels, study.money),
        voi_sheet(found, ran),
        price_sheet(found, ran),
        scenarios_sheet(scenarios(model, book, **reading, draws=20), ran),
        subgroups_sheet(subgroups(model, book, groups, **reading, draws=made.draws), ran),
    )


@pytest.fixture(scope="module")
def written(twins: Twins, tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Path, Findings]:
    made, _ = twins(NAME)
    found, sheets = results(made)
    path = tmp_path_factory.mktemp("stored") / "stored.xlsx"
    replace(made, stored=sheets).write(path)
    return made, path, found


def test_every_sheet_is_marked_and_holds_one_formula(written: tuple[Made, Path, Findings]) -> None:
    package = read_package(written[1])
    for name in SHEETS:
        cells = package.sheets[name]
        assert cells.words[1, 0].startswith(MARK), name
        assert "draws" in cells.words[1, 0]
        assert list(cells.formulas) == [BANNER], name
        assert np.isfinite(cells.numbers).sum() > 5, name


def test_numbers_are_those_of_the_engine(written: tuple[Made, Path, Findings]) -> None:
    made, path, _ = written
    base = hecon.run(made.model, made.book.base(), keep=("ledger", "trace"))
    strategy = next(one for one in base.strategies if one != made.reference)
    years = over_time(base, strategy, reference=made.reference, perspective=made.perspective, wtp=made.wtp)
    cells = read_package(path).sheets["Breakdown"]
    top = next(row for (row, column), word in cells.words.items() if (column, word) == (0, "Year")) + 1
    block = cells.numbers[top : top + years.years.size, :6]
    wanted = [
        years.years,
        years.cost,
        years.effect,
        years.cumulative_cost,
        years.cumulative_effect,
        years.cumulative_nmb,
    ]
    assert np.allclose(block, np.array(wanted).T, rtol=1e-12, atol=1e-12)


def test_charts_have_titles_and_axes(written: tuple[Made, Path, Findings]) -> None:
    with zipfile.ZipFile(written[1]) as archive:
        texts = [
            archive.read(one).decode() for one in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", one)
        ]
    assert len(texts) >= 12
    for text in texts:
        assert len(re.findall(r"<c:(?:valAx|catAx)>", text)) == 2
        assert len(re.findall(r"<c:title>", text)) == 3


@pytest.mark.usefixtures("formualizer")
def test_it_verifies_and_the_certificate_says_what_is_not_recalculated(written: tuple[Made, Path, Findings]) -> None:
    made, path, _ = written
    certificate = verify(path, made, count=1, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()
    assert any("Breakdown, DSA, TwoWay" in note and "not recalculated" in note for note in certificate.notes)


@pytest.mark.usefixtures("formualizer")
@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r'(<c r="A3"[^>]*>)<f>.*?</f><v>.*?</v>', r"\1<v>0</v>"),  # the flag frozen
        (r'(<c r="B\d+" s="\d+">)<v>', r"\1<f>1+1</f><v>"),  # a formula among the stored numbers
    ],
)
def test_a_stored_sheet_that_was_tampered_with_fails(
    written: tuple[Made, Path, Findings], tmp_path: Path, pattern: str, new: str
) -> None:
    made, path, _ = written
    count = 0

    def edit(name: str, text: str) -> str:
        nonlocal count
        if name != "Breakdown":
            return text
        text, found = re.subn(pattern, new, text, count=1)
        count += found
        return text

    rewrite(path, tmp_path / "mutant.xlsx", edit)
    assert count == 1
    certificate = verify(tmp_path / "mutant.xlsx", made, count=0, engine="formualizer", inputs=False)
    assert "formulas" in {one.name for one in certificate.findings if not one.passed}


@pytest.mark.usefixtures("libreoffice")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_it_prints_without_hashes(written: tuple[Made, Path, Findings], tmp_path: Path) -> None:
    _, path, _ = written
    open_session(path, "libreoffice", tmp_path)  # makes the profile that recalculates on load
    pdf = convert(path, tmp_path / "out", tmp_path / "profile", "pdf")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "###" not in text
    feet = [page.rstrip().splitlines()[-1] for page in text.split("\f")[:-1]]
    for sheet in SHEETS:
        assert any(re.search(rf"\b{sheet}\b", foot) for foot in feet), sheet


@pytest.mark.usefixtures("formualizer")
@pytest.mark.parametrize("typed", ["an input", "the threshold", "the perspective", "the horizon"])
def test_it_is_stale_once_something_is_typed(written: tuple[Made, Path, Findings], tmp_path: Path, typed: str) -> None:
    made, path, _ = written
    layout = replace(made, stored=results(made)[1][:1]).write(tmp_path / "layout.xlsx")
    session = open_session(path, "formualizer", tmp_path)
    assert session.values({})["Price"].words.get(BANNER, "") == ""
    name, place = next(iter(layout.inputs.items()))
    value = made.book.parameters[name].value
    cells: dict[str, tuple[tuple[str, int, int], float | str]] = {
        "an input": (("Inputs", place.row, BASE), value * 0.9 + 0.001),
        "the threshold": (("Control", *layout.controls["threshold"]), made.wtp + 1),
        "the perspective": (("Control", *layout.controls["perspective"]), "societal"),
        "the horizon": (("Control", *layout.controls["horizon"]), 10.0),
    }
    where, new = cells[typed]
    found = session.values({where: new})
    assert found["Price"].words[BANNER] == STALE
    assert found["Breakdown"].words[BANNER] == STALE


def test_hostile_words_stay_words(twins: Twins, tmp_path: Path) -> None:
    made, _ = twins("starter")
    grid = Grid(
        "g", HOSTILE, (Column("a", HOSTILE), Column("b", HOSTILE, 0)), ((HOSTILE, 1.0), (HOSTILE, 2.0)), HOSTILE
    )
    chart = Chart("bars", HOSTILE, "a", ("b",), HOSTILE, HOSTILE)
    sheet = StoredSheet("Price", HOSTILE, HOSTILE, (Part(grid, chart),), (HOSTILE,))
    replace(made, stored=(sheet,)).write(tmp_path / "hostile.xlsx")
    cells = read_package(tmp_path / "hostile.xlsx").sheets["Price"]
    assert list(cells.formulas) == [BANNER]
    assert sum(word.startswith("=HYPERLINK") for word in cells.words.values()) >= 5


def test_stored_scenarios_stand_below_the_live_ones(twins: Twins, tmp_path: Path) -> None:
    made, _ = twins("starter")
    name, one = next(iter(made.book.parameters.items()))
    dear = Scenario("dear", "Dear", (Change("parameter", name, repr(one.value * 0.9)),))
    book = replace(made.book, scenarios={"dear": dear})
    table = scenarios(made.model, book, reference=made.reference, perspective=made.perspective, wtp=made.wtp)
    sheet = scenarios_sheet(table, "the base case only")
    replace(made, book=book, stored=(sheet,)).write(tmp_path / "one.xlsx")
    words = read_package(tmp_path / "one.xlsx").sheets["Scenarios"].words
    live, stored = (row for (row, _), word in sorted(words.items()) if word == "Dear")
    (mark,) = (row for (row, _), word in words.items() if word.startswith(MARK))
    assert live < mark < stored
