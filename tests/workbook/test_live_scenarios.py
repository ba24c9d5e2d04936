"""Scenarios in the workbook: each is live or says why not, gives what the engine gives, and is read back as itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.confidential.redacted import public_run, write_redacted
from hecon.errors import InputError
from hecon.inputs.parameter import Change, Scenario
from hecon.inputs.withheld import WITHHELD
from hecon.workbook.example import three_costs
from hecon.workbook.layout import Layout
from hecon.workbook.read_back.read_back import read_back
from hecon.workbook.sheets.control import MODES
from hecon.workbook.verify.recalculate import Session, open_session
from hecon.workbook.verify.structure_faults import edited_numbers
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify
from hecon.workbook.withheld.withheld import plan_withheld
from hecon.workbook.xlsx.package import Cells, Place, read_package, set_cells

Twins = Callable[[str], tuple[Made, Path]]
Written = tuple[Made, Path, Layout, Session]
MORE = {
    "societal_dear": Scenario(
        "societal_dear",
        "Societal, a threshold of 50,000",
        (
            Change("setting", "perspective", "societal"),
            Change("setting", "threshold", "50000"),
            Change("setting", "discount_timing", "whole_year"),
            Change("parameter", "c_treatment", "1200", "list price"),
        ),
    ),
    "wide": Scenario("wide", "More spread", (Change("par2", "c_ill", "700"),)),
    "pounds": Scenario("pounds", "In pounds", (Change("setting", "currency", "GBP"),)),
    "for_ever": Scenario("for_ever", "Longer", (Change("setting", "horizon", "90 years"),)),
}


@pytest.fixture(scope="module")
def written(twins: Twins, formualizer: None, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The starter with more scenarios, its layout, and a session that recalculates it."""
    made, _ = twins("starter")
    folder = tmp_path_factory.mktemp("scenarios")
    made = replace(made, book=replace(made.book, scenarios={**made.book.scenarios, **MORE}))
    layout = made.write(folder / "starter.xlsx")
    return made, folder / "starter.xlsx", layout, open_session(folder / "starter.xlsx", "formualizer", folder)


def chosen(layout: Layout, **choices: float | str) -> dict[Place, float | str]:
    return {("Control", *layout.controls[name]): choice for name, choice in choices.items()}


def totals(found: "dict[str, Cells] | object", layout: Layout, what: str, strategies: tuple[str, ...]) -> list[float]:
    assert isinstance(found, dict)
    return [float(found[layout.results[what, one][0]].numbers[layout.results[what, one][1:]]) for one in strategies]


def test_each_is_live_or_says_why(written: Written) -> None:
    _, path, layout, _ = written
    lines = {one.name: one for one in layout.scenarios.lines}
    assert layout.scenarios.names == ("price_half", "effect_small", "horizon_20_years", "societal_dear")
    assert lines["societal_dear"].choices == {"perspective": 3.0, "threshold": 50000.0, "timing": 1.0}
    assert lines["wide"].why == "not live: changes a distribution"
    assert lines["pounds"].why.startswith("not live: cannot be run: parameters!O9 (c_lost_work): currency is EUR")
    assert lines["for_ever"].why == "not live: changes the setting horizon to 90 years, which is no choice here"
    words = read_package(path, only=("Scenarios",)).sheets["Scenarios"].words.values()
    assert {one.why for one in lines.values() if one.why} <= set(words)
    assert sum("900 -> 450" in word for word in words) == 1


def test_a_scenario_shown_is_the_engines(written: Written) -> None:
    made, path, layout, session = written
    for name in layout.scenarios.names:
        book = made.book.scenario(name)
        found = dict(session.values(chosen(layout, mode=MODES[3], scenario=name)))
        base = hecon.run(made.model, book.base())
        cost, effect = cost_and_effect(base, book.settings["perspective"], "qaly")
        np.testing.assert_allclose(totals(found, layout, "cost", base.strategies), cost[:, 0], rtol=1e-12)
        np.testing.assert_allclose(totals(found, layout, "effect", base.strategies), effect[:, 0], rtol=1e-12)
        shown = found["Results"].words
        assert shown[2, 0].startswith(f"Shows scenario {name}. PSA OUT OF DATE: the stored draws are of the base case")
        assert f"Perspective: {book.settings['perspective']}" in shown[1, 0]
        assert found["CEAC"].words[2, 0] == found["PSA_results"].words[3, 0] == shown[2, 0]
        checks = found["Checks"]
        assert checks.numbers[3, 2] == checks.numbers[3, 3] == 0
        gap = found["Scenarios"].numbers[7:9, [4, 7]]
        assert np.abs(gap).max() < 1e-9
        read = read_back(edited(path, layout, mode=MODES[3], scenario=name), made.book)
        again = hecon.run(made.model, read.shown.base())
        assert read.scenario == name
        assert read.changes == ()
        np.testing.assert_array_equal(again.values, base.values)


def edited(path: Path, layout: Layout, **choices: float | str) -> Path:
    out = path.parent / "edited.xlsx"
    set_cells(path, out, chosen(layout, **choices))
    return out


def test_other_inputs_follow_what_is_typed_in_a_scenario(written: Written) -> None:
    made, path, layout, session = written
    place = layout.inputs["hr_treatment"]
    cells: dict[Place, float | str] = {
        **chosen(layout, mode=MODES[3], scenario="price_half"),
        (place.sheet, *place.base): 0.8,
    }
    found = dict(session.values(cells))
    base = hecon.run(made.model, made.book.fix(c_treatment=450.0, hr_treatment=0.8))
    cost = base.cost(made.perspective)[:, 0]
    np.testing.assert_allclose(totals(found, layout, "cost", base.strategies), cost, rtol=1e-12)
    assert found["Checks"].numbers[3, 2] == 0  # the check of the scenario is out of force
    assert np.abs(found["Scenarios"].numbers[7:9, 4]).max() > 1
    set_cells(path, path.parent / "both.xlsx", cells)
    again = hecon.run(made.model, read_back(path.parent / "both.xlsx", made.book).shown.base())
    np.testing.assert_allclose(again.cost(made.perspective)[:, 0], cost, rtol=1e-15)


def test_none_is_the_base_case_and_an_unknown_one_is_not_available(written: Written) -> None:
    made, path, layout, session = written
    base = hecon.run(made.model, made.book.base())
    found = dict(session.values(chosen(layout, mode=MODES[3])))
    np.testing.assert_allclose(
        totals(found, layout, "cost", base.strategies), base.cost(made.perspective)[:, 0], rtol=1e-12
    )
    for name in ("price_hafl", "wide"):
        found = dict(session.values(chosen(layout, mode=MODES[3], scenario=name)))
        assert np.isnan(totals(found, layout, "cost", base.strategies)).all()
        assert "1 choices on Control are invalid or blank: results are #N/A" in found["Results"].words[2, 0]
    with pytest.raises(InputError, match=r"Control!B9: inputs has no scenario 'price_hafl'; did you mean 'price_half'"):
        read_back(edited(path, layout, mode=MODES[3], scenario="price_hafl"), made.book)


def test_a_value_typed_wrong_is_found(written: Written) -> None:
    made, path, layout, session = written
    plan = layout.scenarios
    place = ("Scenarios", plan.first + 1, plan.column("c_treatment"))
    assert read_package(path).number(place) == 450.0
    cells: dict[Place, float | str] = {**chosen(layout, mode=MODES[3], scenario="price_half"), place: 540.0}
    found = dict(session.values(cells))
    assert found["Checks"].numbers[3, 2] == 1
    assert "1 checks FAILED" in found["Results"].words[2, 0]
    set_cells(path, path.parent / "wrong.xlsx", {place: 540.0})
    (fault,) = edited_numbers(read_package(path.parent / "wrong.xlsx"), read_package(path))
    assert fault.endswith("holds 540 in place of 450")
    notes = read_back(path.parent / "wrong.xlsx", made.book).notes
    assert [note.partition(": ")[2] for note in notes if "Scenarios!" in note] == [
        "c_treatment is 540 in scenario price_half, of the case 450; that is not read back: change scenarios.csv"
    ]
    certificate = verify(path.parent / "wrong.xlsx", made, count=16, engine="formualizer", inputs=False)
    failed = {one.name for one in certificate.findings if not one.passed}
    assert failed == {"stored numbers", "modes", "discounted totals"}


def test_a_family_by_name_is_read_back(twins: Twins, tmp_path: Path) -> None:
    made, path = twins("families")
    layout = made.write(tmp_path / "layout.xlsx")
    place = ("Control", *layout.named["pfs_family"].place)
    set_cells(path, tmp_path / "other.xlsx", {place: "llogis"})
    found = read_back(tmp_path / "other.xlsx", made.book)
    assert found.book.parameters["pfs_family"].value == 3.0
    assert found.changes == ("family of pfs weibull -> llogis",)
    set_cells(path, tmp_path / "none.xlsx", {place: "logis"})
    with pytest.raises(InputError, match=r"Control!B\d+ \(pfs_family\): 'logis' is not offered; did you mean 'llogis'"):
        read_back(tmp_path / "none.xlsx", made.book)
    session = open_session(path, "formualizer", tmp_path)
    found_cells = dict(session.values({place: "logis"}))
    assert np.isnan(
        totals(found_cells, layout, "cost", tuple(hecon.run(made.model, made.book.base()).strategies))
    ).all()
    assert "1 choices on Control are invalid" in found_cells["Results"].words[2, 0]


def test_a_withheld_input_is_not_told_by_a_scenario(tmp_path: Path) -> None:
    tree, book = three_costs()
    scenarios = {
        "cheap": Scenario("cheap", "Cheap", (Change("parameter", "c_drug", "7", "a secret of 7"),)),
        "visit": Scenario("visit", "Dear visit", (Change("parameter", "c_visit", "3"),)),
    }
    book = replace(book, scenarios=scenarios)
    withheld = plan_withheld(tree, book, ["c_drug"])
    found = public_run(tree, book, withheld, None)
    layout = write_redacted(
        tmp_path / "a.xlsx", tree, found, withheld, perspective="payer", wtp=1.0, reference="a", effect="none"
    )
    lines = {one.name: one for one in layout.scenarios.lines}
    assert lines["cheap"].why == "not live: changes an input that is withheld"
    assert lines["cheap"].words == f"c_drug: {WITHHELD}"
    assert all(one.cost is None for one in lines.values())
    assert layout.scenarios.names == ("visit",)
    cells = read_package(tmp_path / "a.xlsx").sheets["Scenarios"]
    assert not [word for word in cells.words.values() if "7" in word]
    assert 7.0 not in cells.numbers
