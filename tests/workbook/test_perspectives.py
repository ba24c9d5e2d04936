"""Control's table of sectors is as large as the model needs: any perspective typed there is the engine's, elsewhere too."""

from pathlib import Path

import pytest

import hecon
from hecon.workbook.layout import Layout
from hecon.workbook.read_back.read_back import read_back
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import Place, read_package, set_cells
from lost_work_case import BY_HAND, MODEL, book


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Path, Layout]:
    draws = book().sample(20, seed=1)
    made = Made(MODEL, book(), "societal", 100.0, "care", hecon.run(MODEL, draws), draws)
    path = tmp_path_factory.mktemp("twin") / "twin.xlsx"
    return made, path, made.write(path)


@pytest.mark.usefixtures("formualizer")
def test_each_perspective_typed_on_control(twin: tuple[Made, Path, Layout], tmp_path: Path) -> None:
    made, path, layout = twin
    session = open_session(path, "formualizer", tmp_path)
    effects = hecon.run(MODEL, made.book.base()).effect()[:, 0]
    for name, costs in BY_HAND.items():
        found = session.values({("Control", *layout.controls["perspective"]): name})
        assert not [cells.errors for cells in found.values() if cells.errors]

        def shown(what: str, strategy: str, found=found) -> float:
            sheet, row, column = layout.results[what, strategy]
            return float(found[sheet].numbers[row, column])

        assert [shown("cost", one) for one in ("care", "cure")] == pytest.approx(list(costs), rel=1e-12), name
        gained, paid = effects[1] - effects[0], costs[1] - costs[0]
        assert shown("inmb", "cure") == pytest.approx(100 * gained - paid, rel=1e-12), name
        sheet, row, column = layout.results["icer", "cure"]
        assert found[sheet].numbers[row, column] == pytest.approx(paid / gained, rel=1e-12), name
        assert found[sheet].words[layout.results["icer status", "cure"][1:]] == "per QALY gained", name
        stored = made.psa.cost(name).mean(axis=1) if made.psa else ()
        assert [shown("cost mean", one) for one in ("care", "cure")] == pytest.approx(list(stored), rel=1e-12), name


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_moves_the_ratio_too(twin: tuple[Made, Path, Layout], tmp_path: Path) -> None:
    _, path, layout = twin
    cell: Place = ("Control", *layout.controls["perspective"])
    session = open_session(path, "libreoffice", tmp_path)
    found = session.values({cell: "societal: human capital"})
    sheet, row, column = layout.results["cost", "care"]
    assert found[sheet].numbers[row, column] == pytest.approx(75.0, rel=1e-12)
    places = {word: place for place, word in found["Results"].words.items() if place[1] == 1}
    (lost,) = [
        row for (row, column), word in found["Results"].words.items() if word == "Lost work by method" and column == 0
    ]
    rows = {word: place[0] for word, place in places.items() if place[0] > lost}
    assert found["Results"].numbers[rows["human capital"], 2] == pytest.approx(50.0)
    assert found["Results"].numbers[rows["consumption"], 3] == pytest.approx(24.0)
    bounds = [found["Results"].numbers[rows[word], 2] for word in ("friction", "friction lower bound")]
    assert bounds == pytest.approx([15.0, 10.0])  # as a run prints them: what both bounds share was left out
    assert "friction upper bound" not in rows


@pytest.mark.usefixtures("formualizer")
def test_it_verifies_and_is_read_back(twin: tuple[Made, Path, Layout], tmp_path: Path) -> None:
    made, path, layout = twin
    certificate = verify(path, made, count=3, engine="formualizer")
    assert certificate.passed, certificate.text()
    edited = tmp_path / "edited.xlsx"
    set_cells(path, edited, {("Control", *layout.controls["perspective"]): "societal: friction with consumption"})
    found = read_back(edited, made.book)
    assert found.changes == ("perspective societal -> societal: friction with consumption",)
    assert not found.notes
    assert hecon.run(MODEL, found.book.base()).cost(found.book.settings["perspective"])[:, 0].tolist() == [62.0, 324.0]


def test_the_list_of_perspectives_is_the_tables_head(twin: tuple[Made, Path, Layout]) -> None:
    words = read_package(twin[1]).sheets["Control"].words
    assert [words[21, 6 + k] for k in range(len(BY_HAND))] == list(BY_HAND)
    assert [words[22 + k, 5] for k in range(12)][6:] == [
        "productivity: illness", "productivity: friction", "productivity: friction upper bound",
        "productivity: friction lower bound",
        "productivity: human capital", "consumption",
    ]  # fmt: skip
    cover = read_package(twin[1]).sheets["Cover"].words.values()
    assert "friction" in cover
