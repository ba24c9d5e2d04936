"""Survival curves that rise are refused or declared, crossings and rises are told, reports over leaves are weighted."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Branch, Chance, DecisionTree, Leaf, MarkovModel, Parameter, PartitionedSurvival, Strategy, Utility
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.errors import ModelError
from hecon.report.html.printer import section
from hecon.report.reported import curve_lines, report_records, reported_grid
from hecon.report.sections.inputs import checks
from hecon.report.terminal import terminal_tables
from hecon.results.analysis import Analysis
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

RISES = "where(t <= 2, exp(-0.5 * t), exp(-0.2 * t))"
BOOK = hecon.make_book(
    "edge",
    [
        Parameter(name="r_die", value=0.2, distribution="uniform", par1=0.1, par2=0.3, low=0.1, high=0.3),
        Parameter(name="p", value=0.25),
    ],
)  # fmt: skip


def model(alive: str = RISES, **changes: Any) -> PartitionedSurvival:
    given: dict[str, Any] = {
        "states": ("alive", "dead"), "curves": {"alive": alive}, "crossing": "cap", "cycle": "3 months", "horizon": "5 years",
        "within_cycle": "half-cycle", "events": "mid", "outcomes": [Utility({"alive": "1"})], "title": "Curves",
        "strategies": [Strategy("one")], "discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous",
    }  # fmt: skip
    return PartitionedSurvival(**{**given, **changes})


def test_a_curve_that_rises_is_refused_with_how_far_and_what_to_do() -> None:
    """exp(-0.45) - exp(-1): 27% of the cohort rose from the dead in one quarter."""
    with pytest.raises(
        ModelError,
        match=r"the curve of alive rises within a cycle is 0\.269749 .*strategy one.*1 of 1 draws.*rising=\"keep\"",
    ):
        hecon.run(model(), BOOK.base())


def test_it_may_be_declared_and_is_counted() -> None:
    found = hecon.run(model(rising="keep"), BOOK.base())
    assert found.kept["reports"]["one", "rises"].tolist() == [1.0]
    assert curve_lines(found)[1] == "Curves rise (people return), strategy one: in 1 cycle of the base case."


def test_the_draws_in_which_it_rises_are_counted() -> None:
    """At 2 years it stands at exp(-0.4), a quarter later at exp(-2.25 r_die)."""
    draws = BOOK.sample(1000, seed=1)
    text = "where(t <= 2, exp(-0.2 * t), exp(-r_die * t))"
    count = int((draws["r_die"] * 2.25 < 0.4).sum())
    with pytest.raises(ModelError, match=f"{count} of 1000 draws"):
        hecon.run(model(text), draws)
    base, psa = hecon.run(model(text, rising="keep"), BOOK.base()), hecon.run(model(text, rising="keep"), draws)
    assert f"in 0 cycles of the base case, in {count:,} of 1,000 draws." in curve_lines(base, psa)[1]


@pytest.mark.parametrize(
    "alive",
    ["exp(-r_die * t)", "1", "exp(-cumulative(r_die * cycle_years))", "1 / 3 + 1e-12 * cycle", "max(0, 1 - r_die * t)"],
)
def test_rounding_is_no_rise(alive: str) -> None:
    assert np.isfinite(hecon.run(model(alive), BOOK.sample(200, seed=2)).values).all()


def test_the_last_row_begins_no_cycle() -> None:
    """What the curve does beyond the horizon is nobody's."""
    found = hecon.run(model("where(t <= 5, exp(-r_die * t), 1)", rising="keep"), BOOK.base())
    assert found.kept["reports"]["one", "rises"].tolist() == [0.0]
    hecon.run(model("where(t <= 5, exp(-r_die * t), 1)"), BOOK.base())


def test_a_curve_outside_0_to_1_is_refused_either_way() -> None:
    for rising in ("error", "keep"):
        for text in ("1.1 * exp(-r_die * t)", "0.5 - r_die * t"):
            with pytest.raises(ModelError, match="lies outside 0 to 1"):
                hecon.run(model(text, rising=rising), BOOK.base())
    with pytest.raises(ModelError, match="rising 'kept' is not one of error, keep; did you mean 'keep'"):
        hecon.run(model(rising="kept"), BOOK.base())


@pytest.mark.parametrize("start", ["progressed", {"free": "0.5", "progressed": "0.5"}])
def test_a_start_in_a_partitioned_model_is_refused(start: Any) -> None:
    """It was accepted and ignored: everyone began in the first state."""
    curves = {"free": "exp(-0.4 * t)", "progressed": "exp(-0.2 * t)"}
    inner = model(
        states=("free", "progressed", "dead"), curves=curves, outcomes=[Utility({"free": "1"})], strategies=()
    )
    scene = {"discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous"}
    for strategy in (Strategy("one", to=Leaf(to=inner, start=start)), Strategy("one", to=Leaf(to=inner), start=start)):
        with pytest.raises(
            ModelError, match="start= changes nothing: in a partitioned model everyone begins within the first curve"
        ):
            hecon.run(DecisionTree("Start", [strategy], **scene), BOOK.base())
    with pytest.raises(ModelError, match="start= changes nothing"):
        hecon.run(model("exp(-t)", strategies=[Strategy("one", start="alive")]), BOOK.base())


def tree(report: dict[str, str], **changes: Any) -> DecisionTree:
    """A quarter of the patients follow exp(-0.1 t), the others exp(-0.3 t); a report of either structure."""
    long, short = (model("s", report=report, strategies=(), name=name, **changes) for name in ("long", "short"))
    ways = Chance(
        Branch("long", "p", Leaf(to=long, let={"s": "exp(-0.1 * t)"})),
        Branch("short", "C", Leaf(to=short, let={"s": "exp(-0.3 * t)"})),
    )
    return DecisionTree("Leaves", [Strategy("one", to=ways)], {"cost": "0", "effect": "0"}, "continuous")


ALIVE = 0.25 * np.exp(-0.2) + 0.75 * np.exp(-0.6)


@pytest.mark.parametrize(
    ("report", "value"),
    [
        ('at(occupancy["alive"], 2)', ALIVE),  # a share of the cohort adds up
        ("at(s, 2)", ALIVE),  # a curve is weighted: it was the sum of both, 1.37
        ('at(occupancy["alive"], 2) / mass', ALIVE),
        ('mass - at(occupancy["dead"], 2)', ALIVE),
        ("7", 7.0),
        ("sum(where(s > 0.5, 1, 0), 0, 5)", 0.25 * 20 + 0.75 * 10),  # of the 20 rows before year 5
        ('sum(1 if occupancy["alive"] > 0.5 * mass else 0, 0, 5)', 0.25 * 20 + 0.75 * 10),
        ('sum(occupancy["alive"]) * r_die + sum(transitions["alive -> *"]) * r_die', None),
    ],
)  # fmt: skip
def test_a_report_over_leaves_is_weighted(report: str, value: float | None) -> None:
    found = hecon.run(tree({"one": report}), BOOK.base()).kept["reports"]["one", "one"]
    assert found.shape == (1,)
    if value is not None:
        assert found[0] == pytest.approx(value, rel=1e-12)


def test_the_workbook_weighs_and_counts_alike(tmp_path: Path) -> None:
    """Every cell, recalculated under other inputs: weighted reports, crossings, rises, what the curves must hold to."""
    if not importlib.util.find_spec("formualizer"):
        pytest.skip("formualizer is not installed")
    states, curves = ("free", "progressed", "dead"), {"free": "s", "progressed": "where(t <= 2, s, 1.05 * s)"}
    one = tree({"alive at 2": "at(s, 2)", "yearly": "at(occupancy['free'], 1)"}, rising="keep", states=states, curves=curves,
               outcomes=[Utility({"free": "1"})])  # fmt: skip
    for name, made in (
        ("tree", Made(one, BOOK, "payer", 20_000.0, "one")),
        ("falls", Made(model("exp(-r_die * t)"), BOOK, "payer", 20_000.0, "one")),
    ):
        made.write(tmp_path / f"{name}.xlsx")
        certificate = verify(tmp_path / f"{name}.xlsx", made, count=4, engine="formualizer")
        assert certificate.passed, certificate.text()


def test_a_report_by_year_is_weighted_too() -> None:
    found = hecon.run(tree({"one": "by_year(s)"}), BOOK.base()).kept["reports"]["one", "one"]
    rows = np.arange(20).reshape(5, 4) / 4
    assert found[:5, 0] == pytest.approx(
        (0.25 * np.exp(-0.1 * rows) + 0.75 * np.exp(-0.3 * rows)).sum(axis=1), rel=1e-12
    )


@pytest.mark.parametrize(
    "report", ['1 - at(occupancy["dead"], 2)', 'at(occupancy["alive"], 2) ** 2', 'exp(at(occupancy["alive"], 2))']
)
def test_a_report_that_mixes_both_is_refused_over_leaves(report: str) -> None:
    with pytest.raises(ModelError, match="report one: the strategy's leaves lead to 2 structures, and this is neither"):
        hecon.run(tree({"one": report}), BOOK.base())
    alone = model("exp(-r_die * t)", report={"one": report})
    assert np.isfinite(hecon.run(alone, BOOK.base()).kept["reports"]["one", "one"]).all()


def test_rows_that_cross_are_counted_not_weighted() -> None:
    curves = {"free": "s", "progressed": "0.9 * s"}
    found = hecon.run(tree({}, states=("free", "progressed", "dead"), curves=curves, outcomes=()), BOOK.base())
    assert found.kept["reports"]["one", "crossings"].tolist() == [42.0]  # 21 rows in each


def test_a_name_of_the_models_own_is_refused_for_a_report() -> None:
    with pytest.raises(ModelError, match="report 'crossings' is counted by the model itself"):
        hecon.run(model("exp(-t)", report={"crossings": "1"}), BOOK.base())


def test_reports_are_told() -> None:
    one = model("exp(-r_die * t)", report={"alive at 2": "at(exp(-r_die * t), 2)", "by year": "by_year(exp(-t))"})
    base, psa = hecon.run(one, BOOK.base()), hecon.run(one, BOOK.sample(100, seed=1))
    grid = reported_grid(base, psa)
    assert grid.rows[0] == ("deterministic", "alive at 2", "0.67032")
    assert grid.rows[1][:2] == ("probabilistic", "alive at 2")
    assert len(grid.rows) == 2
    assert curve_lines(base, psa) == ("Curves cross in no cycle of the base case and in no draw.",)
    assert report_records(base)[0] == {"name": "alive at 2", "strategy": "one", "value": pytest.approx(np.exp(-0.4))}
    study = Analysis.of_outcomes("edge", base, psa, "payer", 20_000.0, "one")
    assert any("Reports of the model" in str(table.title) for table in terminal_tables(study))
    assert curve_lines(from_totals(("a",), [[1.0]], [[1.0]])) == ()


def test_the_page_tells_them() -> None:
    curves = {"free": "exp(-0.1 * t)", "progressed": "exp(-r_die * t)"}
    one = model(
        states=("free", "progressed", "dead"),
        curves=curves,
        outcomes=[Utility({"free": "1"})],
        report={"alive at 2": "at(exp(-r_die * t), 2)"},
    )
    base = hecon.run(one, BOOK.base())

    class Found:
        study = Analysis.of_outcomes("edge", base, None, "payer", 20_000.0, "one")

    body = section(checks(Found())).body  # type: ignore[arg-type]  # all that the section reads
    assert "in 20 cycles of the base case" in body
    assert "alive at 2" in body
    assert "0.67032" in body


def test_check_and_run_tell_them(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "edge"
    folder.mkdir(parents=True)
    (folder / "model.py").write_text(
        "from hecon import PartitionedSurvival, Strategy, Utility\n"
        "MODEL = PartitionedSurvival(('free', 'progressed', 'dead'), {'free': 'exp(-0.1 * t)', 'progressed': 'exp(-0.2 * t)'},\n"
        "    'cap', '3 months', '5 years', 'half-cycle', 'mid', outcomes=[Utility({'free': 'u'})], title='Edge',\n"
        "    strategies=[Strategy('one'), Strategy('two')], discount={'cost': '0', 'effect': '0'}, discount_timing='continuous',\n"
        "    report={'alive at 2': \"at(occupancy['dead'], 2)\"})\n"
    )
    inputs = tmp_path / "inputs" / "edge"
    inputs.mkdir(parents=True)
    (inputs / "parameters.csv").write_text("name,value,provenance\nu,0.8,assumption\n")
    (inputs / "settings.csv").write_text("name,value\nperspective,payer\nthreshold,20000\ndraws,20\nseed,1\n")
    for command in (["check", "edge"], ["run", "edge", "--no-workbook", "--no-figures"]):
        found = subprocess.run(
            [sys.executable, "-m", "hecon", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "strategy one: in 20 cycles of the base case" in found.stdout, found.stdout + found.stderr
        assert "alive at 2" in found.stdout


def test_a_markov_model_beside_a_partitioned_one_may_start_anywhere() -> None:
    markov = MarkovModel(
        ("alive", "dead"), "3 months", "5 years", "half-cycle", "mid", transitions={"alive -> dead": "0.1"},
        outcomes=[Utility({"alive": "1"})],
    )  # fmt: skip
    ways = Chance(Branch("a", "p", Leaf(to=markov)), Branch("b", "C", Leaf(to=model("exp(-t)", strategies=()))))
    one = DecisionTree("Both", [Strategy("one", to=ways, start="dead")], {"cost": "0", "effect": "0"}, "continuous")
    assert np.isfinite(hecon.run(one, BOOK.base()).values).all()
