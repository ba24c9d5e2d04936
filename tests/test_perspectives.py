"""Perspectives by method of lost work: each counts its sectors and one method, and nothing else sets them apart."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import hecon
from hecon import QALY, Cost, DecisionTree, HeconError, Leaf, ModelError, Strategy
from hecon.analysis.exchange.storage import load_outcomes, save_outcomes
from hecon.cli import app
from hecon.errors import InputError
from hecon.evaluate.together import Variant, run_together
from hecon.inputs.parameter import Change, Scenario
from hecon.outcomes import Outcomes
from hecon.perspectives import CONSUMPTION, ITEM_METHODS, METHODS, PERSPECTIVES, STANDARD, counted_by
from hecon.structure.cause_use import cause_remarks
from hecon.structure.lowering import lower
from lost_work_case import BY_HAND, MODEL, book, without


@pytest.fixture(scope="module")
def base() -> Outcomes:
    return hecon.run(MODEL, book().base())


@pytest.fixture(scope="module")
def psa() -> Outcomes:
    return hecon.run(MODEL, book().sample(50, seed=1))


def test_every_perspective_by_hand(base: Outcomes) -> None:
    assert list(base.perspectives) == list(BY_HAND)
    for name, costs in BY_HAND.items():
        assert base.cost(name)[:, 0].tolist() == pytest.approx(list(costs), rel=1e-12), name


def test_perspectives_differ_by_their_sectors_alone(psa: Outcomes) -> None:
    """Each is the standard sectors, one method and consumption or not; the difference of two is that of these."""
    sector = {
        one: psa.values[:, psa.select(kind="cost", sector=one)].sum(axis=1) for one in {i.sector for i in psa.items}
    }
    standard = sum(sector[one] for one in STANDARD if one in sector)
    assert psa.sectors("societal") == psa.sectors("societal: friction")
    for method in METHODS:
        alone, more = psa.cost(f"societal: {method}"), psa.cost(f"societal: {method} with consumption")
        np.testing.assert_allclose(alone, standard + sum(sector[one] for one in counted_by(method, sector)), rtol=1e-12)
        np.testing.assert_allclose(more - alone, sector[CONSUMPTION], rtol=1e-12)


def test_causes_add_up_to_the_total_in_every_perspective(psa: Outcomes) -> None:
    for name in psa.perspectives:
        for by in ("category", "sector", "payer", "of", "method", "name"):
            np.testing.assert_allclose(sum(psa.split(by, name).values()), psa.cost(name), rtol=1e-12)
    assert set(psa.split("method", "societal")) == {"", "friction", "friction upper bound"}


@pytest.mark.parametrize("method", METHODS)
def test_the_setting_says_which_method_societal_counts(method: str) -> None:
    found = hecon.run(MODEL, book(lost_work=method).base())
    assert found.cost("societal").tolist() == found.cost(f"societal: {method}").tolist()
    assert [one for one in found.perspectives if one in PERSPECTIVES] == list(PERSPECTIVES)


def test_a_model_without_methods_or_consumption_is_as_before() -> None:
    found = hecon.run(without(*ITEM_METHODS, "consumption"), book(lost_work="").base())
    assert dict(found.perspectives) == dict(PERSPECTIVES)
    assert found.cost("societal")[:, 0].tolist() == [25.0, 300.0]
    eaten = hecon.run(without(*ITEM_METHODS), book(lost_work="").base())
    assert list(eaten.perspectives) == [*PERSPECTIVES, "societal with consumption"]
    assert eaten.cost("societal with consumption")[:, 0].tolist() == [47.0, 324.0]
    few = hecon.run(without("friction lower bound", "consumption"), book().base())
    assert [one for one in few.perspectives if one not in PERSPECTIVES] == [
        "societal: illness", "societal: friction", "societal: human capital",
    ]  # fmt: skip


def test_a_missing_or_unknown_method_is_told_with_its_place() -> None:
    with pytest.raises(
        ModelError, match=r"settings \(lost_work\): lost_work is not given: .* has illness, friction, fr"
    ):
        hecon.run(MODEL, book(lost_work="").base())
    with pytest.raises(
        ModelError, match=r"no cost of the model counts lost work by 'human capital' \(the model has ill"
    ):
        hecon.run(without("human capital"), book(lost_work="human capital").base())
    with pytest.raises(InputError, match=r"'frictions' is no method of lost work; did you mean 'friction'\?"):
        book(lost_work="frictions")
    with pytest.raises(HeconError, match="unknown perspective 'societal: frictoin'; did you mean 'societal: friction'"):
        hecon.run(MODEL, book().base()).cost("societal: frictoin")


def test_a_method_needs_its_sector() -> None:
    faults = (
        (Cost("off", "1", category="x", sector="productivity", method="frictional"), "did you mean 'friction'?"),
        (Cost("off", "1", category="x", sector="other", method="friction"), 'belongs to sector "productivity"; got'),
        (Cost("off", "1", category="x", sector="productivity: friction"), "is not one of health care, out-of"),
    )
    for cost, told in faults:
        tree = DecisionTree(
            "Demo", [Strategy("a", to=Leaf(outcomes=[cost]))], {"cost": "0", "effect": "0"}, "continuous"
        )
        with pytest.raises(ModelError) as found:
            hecon.run(tree, hecon.make_book("demo", []).base())
        assert told in str(found.value)


def test_lost_work_beside_itself() -> None:
    analysis = hecon.open_case(MODEL, book()).run(draws=20, seed=1)
    table = analysis.lost_work()
    assert len(table.methods) == 8  # four methods, each with and without consumption
    assert table.counted == "friction"
    assert table.value("lost work", "care", "human capital").mean == pytest.approx(50)
    assert table.value("lost work", "cure - care", "human capital with consumption").mean == pytest.approx(24 - 72)
    assert table.value("societal cost", "cure - care", "illness").mean == pytest.approx(300 - 65)
    assert analysis.lost_work("probabilistic").value("lost work", "care", "friction").low is not None
    assert "cure - care" in str(table)
    assert "Lost work by method" in table._repr_html_()
    with pytest.raises(HeconError, match="counts lost work by no method"):
        hecon.open_case(without(*ITEM_METHODS), book(lost_work="")).run(draws=0).lost_work()


def test_scenarios_take_the_method_of_their_settings() -> None:
    """Deterministic and drawn: a scenario that counts human capital is the run that does."""
    other = Scenario("human", "Human capital", (Change("setting", "lost_work", "human capital"),))
    with_scenario = replace(book(), scenarios={"human": other})
    table = hecon.scenarios(MODEL, with_scenario, reference="care", perspective="societal", wtp=100.0, draws=40)
    for basis in ("deterministic", "probabilistic"):
        one = book(lost_work="human capital")
        costs = hecon.run(MODEL, one.base() if basis == "deterministic" else one.sample(40, seed=1)).cost("societal")
        (row,) = (row for row in table.of("human", basis) if row.strategy == "cure")
        assert row.inc_cost.mean == pytest.approx(float((costs[1] - costs[0]).mean()), rel=1e-12)


def test_runs_together_have_the_perspectives_of_each() -> None:
    variants = [Variant(MODEL, book(lost_work=method).base(), lambda item: item.kind == "cost") for method in METHODS]
    for method, found in zip(METHODS, run_together(variants), strict=True):
        assert found.cost("societal")[:, 0].tolist() == pytest.approx(list(BY_HAND[f"societal: {method}"]))


def test_stored_outcomes_keep_their_perspectives(base: Outcomes, tmp_path: Path) -> None:
    tagged = replace(base, items=(replace(base.items[0], of="product"), *base.items[1:]))
    save_outcomes(tmp_path / "one.npz", tagged)
    back = load_outcomes(tmp_path / "one.npz")
    assert back.items == tagged.items
    assert back.perspectives == base.perspectives
    assert back.items[6].method == "illness"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small case, with its tables."""
    analysis = hecon.open_case(MODEL, book()).run(draws=20, seed=1)
    return hecon.write_run(analysis, tmp_path_factory.mktemp("run"), name="r", figures=False)


def test_a_run_writes_the_table_and_the_usual_perspectives(folder: Path) -> None:
    lines = (folder / "lost_work.csv").read_text().splitlines()
    assert lines[0].startswith("basis,amount,method,care,care_low,care_high,cure,cure_low,cure_high,cure - care,")
    assert len(lines) == 1 + 2 * 2 * 8  # both bases, both amounts, eight ways to count
    rows = [line.split(",")[1] for line in (folder / "by_perspective.csv").read_text().splitlines()[1:]]
    assert rows == [*PERSPECTIVES] * 2
    found: dict[str, Any] = json.loads((folder / "results.json").read_text())
    human = [row for row in found["lost_work"] if (row["amount"], row["method"]) == ("lost work", "human capital")]
    assert human[0]["cure - care"] == pytest.approx(-50)
    assert (folder / "items.csv").read_text().splitlines()[0].split(",")[3:6] == ["category", "of", "sector"]


def test_the_command_line_says_where_to_write_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["new", "demo"]).exit_code == 0
    model = tmp_path / "models/demo/model.py"
    model.write_text(model.read_text().replace('sector="productivity")', 'sector="productivity", method="illness")'))
    told = "settings (lost_work): lost_work is not given"
    for words in (["check", "demo"], ["run", "demo", "--draws", "0"]):
        found = CliRunner().invoke(app, words)
        assert (found.exit_code, told in found.stderr) == (1, True), found.output
    settings = tmp_path / "inputs/demo/settings.csv"
    settings.write_text(settings.read_text().rstrip("\n") + "\nlost_work,illness,\n")
    found = CliRunner().invoke(
        app, ["run", "demo", "--draws", "0", "--no-figures", "--perspective", "societal: illness"]
    )
    assert found.exit_code == 0, found.output
    assert "Lost work by method" in found.output


def test_check_remarks_causes_that_are_not_on_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["new", "demo"]).exit_code == 0
    assert "causes" not in CliRunner().invoke(app, ["check", "demo"]).output
    model = tmp_path / "models/demo/model.py"
    model.write_text(model.read_text().replace('category="product"', 'category="products"'))
    found = CliRunner().invoke(app, ["check", "demo"])
    assert found.exit_code == 0
    assert "category 'products' (treatment) is not on the list of causes; did you mean 'product'?" in found.output


def test_what_keeps_items_out_of_a_comparison_is_remarked() -> None:
    """A misspelt cause of a QALY, a harm of no known treatment, and lost work that every method counts, were passed over."""
    items: list[Any] = [
        QALY("fever", "-0.1", category="side efects"),
        Cost("fever", "1", "side effects", "health care", of="prodct"),
        Cost("ill", "1", "lost work, illness", "productivity", method="illness"),
        Cost("ill_too", "1", "lost work, illness", "productivity"),
    ]
    tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=items))], {"cost": "0", "effect": "0"}, "continuous")
    category, harm, work = cause_remarks([lower(tree)])
    assert category.startswith(
        "category 'side efects' (fever) is not on the list of causes; did you mean 'side effects'?"
    )
    assert harm.startswith("side effects with of='prodct' (fever): it names what harms")
    assert harm.endswith("did you mean 'product'?")
    assert work == "counted by every method of lost work, because they name none: ill_too; give method="
