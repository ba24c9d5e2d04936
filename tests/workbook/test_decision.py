"""The first sheet decides: its sentence, numbers, causes and planes follow price, perspective, threshold and reference."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

import hecon
from hecon.workbook.layout import Layout
from hecon.workbook.sheets.answer import NO_ANSWER
from hecon.workbook.sheets.cause_table import NOT_COUNTED
from hecon.workbook.sheets.decision_sheet import BEST, COMPARED, SENTENCE, SHEET
from hecon.workbook.verify.recalculate import Session, open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.xlsx.package import Cells, Place, read_package
from lost_work_case import MODEL, book

Twins = Callable[[str], tuple[Made, Path]]
ILL = "Against care, cure costs EUR 260 more and gains 0.750 QALYs: EUR 347 per QALY gained; not cost-effective at EUR 100 per QALY"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Layout]:
    """Cure for 300 in place of care: 260 more in society's eyes, 3 QALYs in place of 2.25, worked by hand."""
    draws = book().sample(20, seed=1)
    path = tmp_path_factory.mktemp("decision") / "twin.xlsx"
    return path, Made(MODEL, book(), "societal", 100.0, "care", hecon.run(MODEL, draws), draws).write(path)


@pytest.fixture(scope="module")
def session(written: tuple[Path, Layout], formualizer: None, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return open_session(written[0], "formualizer", tmp_path_factory.mktemp("session"))


def control(layout: Layout, **typed: float | str) -> dict[Place, float | str]:
    return {("Control", *layout.controls[name]): value for name, value in typed.items()}


def sentence(found: Mapping[str, Cells]) -> str:
    return found[SHEET].words[SENTENCE, 0]


def test_it_is_the_first_sheet_with_links_to_all_and_back(written: tuple[Path, Layout]) -> None:
    workbook = openpyxl.load_workbook(written[0])
    assert workbook.sheetnames[0] == workbook.active.title == SHEET
    links = {
        sheet.title: [c.hyperlink.location for row in sheet.iter_rows() for c in row if c.hyperlink]
        for sheet in workbook
    }
    assert {f"'{name}'!A1" for name in workbook.sheetnames[1:]} <= set(links[SHEET])
    assert all(f"'{SHEET}'!A1" in links[name] for name in workbook.sheetnames[1:])


def test_the_stored_sentence_is_the_one_by_hand(written: tuple[Path, Layout]) -> None:
    cells = read_package(written[0]).sheets[SHEET]
    assert cells.words[SENTENCE, 0].startswith(ILL)
    assert cells.numbers[COMPARED, 2:5] == pytest.approx([260.0, 0.75, 260 / 0.75], rel=1e-12)
    assert cells.words[COMPARED, 5] == "per QALY gained"
    assert cells.numbers[COMPARED, 6] == pytest.approx(75.0 - 260.0, rel=1e-12)


def test_the_sentence_follows_every_choice(written: tuple[Path, Layout], session: Session) -> None:
    layout = written[1]
    assert sentence(session.values({})).startswith(ILL)
    payer = sentence(session.values(control(layout, perspective="payer")))
    assert payer.startswith(
        "Against care, cure costs EUR 290 more and gains 0.750 QALYs: EUR 387 per QALY gained; not cost-"
    )
    dearer = sentence(session.values(control(layout, threshold=400.0)))
    assert "EUR 347 per QALY gained; cost-effective at EUR 400 per QALY (" in dearer
    other = sentence(session.values(control(layout, reference="2. cure")))
    told = "Against cure, care costs EUR 260 less and loses 0.750 QALYs: EUR 347 saved per QALY lost; cost-effective at"
    assert other.startswith(told)
    price = {("Inputs", *layout.inputs["c_drug"].base): 10.0}
    assert "cure costs EUR 10 less and gains 0.750 QALYs: dominant; cost-effective" in sentence(session.values(price))
    assert sentence(session.values(control(layout, perspective="nobody"))) == NO_ANSWER


def test_costs_by_cause_add_up_and_say_what_is_not_counted(written: tuple[Path, Layout], session: Session) -> None:
    for perspective, work in (("societal", 20.0 / 2), ("payer", 0.0)):
        cells = session.values(control(written[1], perspective=perspective))[SHEET]
        rows = {word: row for (row, column), word in cells.words.items() if column == 1}
        parts = [rows[one] for one in ("Upfront: product", "Lost work, illness", "Lost work, death", "Everything else")]
        parts.append(rows["Lost work of carers"])
        assert cells.numbers[parts, 2:5].sum(axis=0) == pytest.approx(cells.numbers[rows["All costs"], 2:5])
        assert cells.numbers[rows["Upfront: product"], 2:5].tolist() == [0.0, 300.0, 300.0]
        assert cells.numbers[rows["Lost work, illness"], 2] == pytest.approx(work)
        assert cells.words.get((rows["Lost work, illness"], 5), "") == ("" if work else NOT_COUNTED)


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_says_the_same(written: tuple[Path, Layout], tmp_path: Path) -> None:
    found = open_session(written[0], "libreoffice", tmp_path).values(control(written[1], perspective="payer"))
    assert sentence(found).startswith(
        "Against care, cure costs EUR 290 more and gains 0.750 QALYs: EUR 387 per QALY gained; not"
    )


@pytest.mark.usefixtures("formualizer")
def test_of_four_strategies_it_compares_the_best_with_the_reference(twins: Twins, tmp_path: Path) -> None:
    made, path = twins("sick_sicker")
    layout = made.write(tmp_path / "layout.xlsx")
    session = open_session(path, "formualizer", tmp_path)
    found = session.values(control(layout, reference="3. Strategy B"))
    assert sentence(found).startswith(
        "Against Strategy B, Strategy AB costs USD 119,964 more and gains 0.956 QALYs: USD "
    )
    best = "Of all 4 strategies, Strategy B has the highest net benefit at USD 100,000 per QALY; it is the best in "
    assert found[SHEET].words[BEST, 0].startswith(best)
    names = [word for (row, column), word in sorted(found["Charts"].words.items()) if row == 0 and column > 19]
    assert names == ["Standard of care", "Strategy A", "Strategy AB"]  # the planes' clouds are against B
    edited = session.values({("Inputs", *layout.inputs["c_H"].base): 2111.0})[SHEET].words.values()
    assert any(word.startswith("OUT OF DATE") for word in edited)
    assert any("the PSA is out of date" in word for word in edited)


def test_named_numbers_in_the_authors_words_are_filled(tmp_path: Path) -> None:
    """`{input: ...}` in text.md is a number on the first sheet and on About, never a name in braces."""
    analysis = hecon.open_case(str(Path(__file__).parents[2] / "models" / "til_melanoma")).run(draws=0)
    texts = {"population": "Median survival is {input: d_median_os_ipi}.", "limitations": "At {report: threshold}."}
    hecon.write_workbook(replace(analysis, texts=texts), tmp_path / "filled.xlsx", stored=())
    package = read_package(tmp_path / "filled.xlsx")
    words = [word for name in ("Decision", "About") for word in package.sheets[name].words.values()]
    assert any("Median survival is 18.9" in word for word in words)
    assert not [word for word in words if "{input" in word or "{report" in word]
