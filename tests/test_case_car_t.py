"""The leukaemia case: derived amounts, live survival, plain loops, published results, a README that keeps its word."""

import csv
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.causes import CAUSES
from hecon.results.evidence.evidence import evidence
from hecon.results.evidence.published import read_published

ROOT = Path(__file__).parents[1]
CASE = ROOT / "models" / "car_t_paediatric_all"
INPUTS = ROOT / "inputs" / "car_t_paediatric_all"
ORACLE = runpy.run_path(str(ROOT / "tests" / "oracles" / "car_t_paediatric_all.py"))
DERIVE = runpy.run_path(str(CASE / "derive.py"))
KINDS = ("cost", "qaly", "count", "ly", "ly_undiscounted")
EFS, OS = ((3, 65 / 79), (18, 65 / 79 * 0.66), (36, 0.44), (60, 65 / 79 * 0.49)), ((18, 0.70), (36, 0.63), (60, 0.55))


@pytest.fixture(scope="module")
def book() -> Any:
    return hecon.read_inputs(INPUTS)


@pytest.fixture(scope="module")
def models() -> Any:
    return runpy.run_path(str(CASE / "model.py"))["MODELS"]


def plain(structure: str = "markov", **changes: float) -> dict[str, Any]:
    result: dict[str, Any] = ORACLE["run"](INPUTS, structure, **changes)
    return result


def agree(outcomes: Any, oracle: Mapping[str, Any], draw: int = 0) -> None:
    """Every item of every strategy, to 1e-9 of its value."""
    for s, strategy in enumerate(outcomes.strategies):
        wanted = {(kind, item): value for kind in KINDS for item, value in oracle[strategy].get(kind, {}).items()}
        for k, item in enumerate(outcomes.items):
            value = wanted.pop((item.kind, item.name), 0.0)
            assert outcomes.values[s, k, draw] == pytest.approx(value, rel=1e-9, abs=1e-9), (strategy, item)
        assert not wanted, (strategy, wanted)


def changes_of(book: Any, scenario: str) -> dict[str, float]:
    return {one.name: float(one.value) for one in book.scenarios[scenario].changes}


def increment(outcomes: Any, perspective: str, of: str = "tisagenlecleucel", over: str = "salvage") -> float:
    cost = dict(zip(outcomes.strategies, outcomes.cost(perspective)[:, 0], strict=True))
    return float(cost[of] - cost[over])


# inputs


def test_derive_finds_the_numbers_that_stand_in_the_inputs() -> None:
    with open(INPUTS / "parameters.csv", newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    for name, cells in DERIVE["derived"]().items():
        assert rows[name]["provenance"] == "derived"
        assert {column: rows[name][column] for column in cells} == cells


def test_amounts_move_in_their_own_currency_first() -> None:
    # 15,932 EUR of 2018; Dutch prices rose 1.7034979% in 2018; 1.13 USD per EUR
    assert float(DERIVE["derived"]()["c_admin_car_t"]["value"]) == pytest.approx(
        15932 / 1.017034979474 * 1.13, rel=1e-9
    )
    # 683,099 USD of 2016; US prices rose 2.1301100% in 2017
    assert float(DERIVE["derived"]()["c_transplant"]["value"]) == pytest.approx(683099 * 1.0213011, rel=1e-7)
    # 140 USD a gram, half a gram per kg, 41.7 kg, 13 doses a year
    assert float(DERIVE["derived"]()["c_ivig_month"]["value"]) == pytest.approx(140 * 20.85 * 13 / 12)


def test_points_and_sample_sizes_are_those_of_the_published_trial(book: Any) -> None:
    value = {name: one.value for name, one in book.parameters.items()}
    for curve, points in (("efs", EFS), ("os", OS)):
        for month, survival in points:
            assert value[f"p_{curve}_{month}"] == pytest.approx(survival, abs=1e-9)
    for name, survival, low, high in (("n_efs_infused", 0.44, 0.31, 0.57), ("n_os_infused", 0.63, 0.51, 0.73)):
        se = (high - low) / (2 * 1.959964)
        assert value[name] == pytest.approx(survival * (1 - survival) / se**2, abs=0.6)


# survival is live


@pytest.mark.parametrize("structure", ["markov", "partitioned"])
@pytest.mark.parametrize("moved", [{}, {"p_os_36": 0.60}, {"p_efs_36": 0.50, "p_os_60": 0.60}])
def test_both_structures_meet_the_points_that_stand_in_the_inputs(
    book: Any, models: Any, structure: str, moved: dict[str, float]
) -> None:
    run = hecon.run(models[structure], book.fix(**moved, p_infused=1, p_manufacturing_failure=0, p_died_waiting=0))
    met = [one for one in run.kept["checks"] if " of the infused at month " in one.name]
    assert len(met) == len(EFS) + len(OS)
    for check in met:
        assert check.value == pytest.approx(check.target, abs=1e-9), check.name


def test_a_point_moves_the_result(book: Any, models: Any) -> None:
    gain = [
        float(np.diff(hecon.run(models["markov"], one).effect()[:, 0])[0])
        for one in (book.fix(p_os_60=0.50), book.base(), book.fix(p_os_60=0.60))
    ]
    assert gain[0] < gain[1] - 0.5 < gain[2] - 1


def test_a_point_that_no_hazard_can_meet_is_refused(book: Any, models: Any) -> None:
    with pytest.raises(hecon.errors.ModelError, match="relapsed"):
        hecon.run(models["markov"], book.fix(p_os_18=0.99))


def test_draws_spread_as_the_published_intervals(book: Any, models: Any) -> None:
    draws = book.sample(2000, seed=3).fix(p_infused=1, p_manufacturing_failure=0, p_died_waiting=0)
    for structure in ("markov", "partitioned"):
        found = {one.name: one.value for one in hecon.run(models[structure], draws).kept["checks"]}
        for what, month, interval in (
            ("overall", 36, (0.51, 0.73)),
            ("overall", 60, (0.43, 0.66)),
            ("event-free", 36, (0.31, 0.57)),
        ):
            drawn = np.quantile(found[f"{what} survival of the infused at month {month}"], [0.025, 0.975])
            assert drawn == pytest.approx(interval, abs=0.035), (structure, what, month)


def test_half_are_event_free_at_month_24_as_published(book: Any, models: Any) -> None:
    (check,) = (one for one in hecon.run(models["markov"], book.base()).kept["checks"] if "month 24" in one.name)
    assert float(check.value[0] / check.target[0]) == pytest.approx(1, abs=0.02)


# plain loops


@pytest.mark.parametrize("structure", ["markov", "partitioned", "comparators"])
def test_the_run_equals_plain_loops(book: Any, models: Any, structure: str) -> None:
    agree(hecon.run(models[structure], book.base()), plain(structure))


@pytest.mark.parametrize(
    "name",
    [
        "cured_event_free_only",
        "smr_by_attained_age",
        "cure_month_36",
        "pay_on_response",
        "age_adjusted_minimum",
        "cured_10",
    ],
)
@pytest.mark.parametrize("structure", ["markov", "partitioned"])
def test_scenarios_equal_plain_loops(book: Any, models: Any, name: str, structure: str) -> None:
    agree(hecon.run(models[structure], book.scenario(name).base()), plain(structure, **changes_of(book, name)))


def test_a_shorter_horizon_equals_plain_loops(book: Any, models: Any) -> None:
    agree(hecon.run(models["markov"], book.scenario("horizon_5_years").base()), ORACLE["run"](INPUTS, months=60))


@pytest.mark.parametrize("structure", ["markov", "partitioned"])
def test_draws_equal_plain_loops(book: Any, models: Any, structure: str) -> None:
    draws = book.sample(2, seed=4)
    outcomes = hecon.run(models[structure], draws)
    for k in range(2):
        agree(outcomes, plain(structure, **{name: float(draws[name][k]) for name in draws.names}), k)


# what the model says


def test_the_salvage_arm_is_the_same_in_both_structures(book: Any, models: Any) -> None:
    """The same curves and one rule of cure: failed when one structure cured half a month earlier."""
    for name in ("", "cured_event_free_only", "cure_month_36"):
        one = book.scenario(name) if name else book
        if name == "cured_event_free_only":  # there one structure knows who dies, the other does not
            continue
        markov, partitioned = (hecon.run(models[k], one.base()) for k in ("markov", "partitioned"))
        assert partitioned.values[0] == pytest.approx(markov.values[0], rel=1e-9, abs=1e-9)
        assert partitioned.effect()[1, 0] == pytest.approx(markov.effect()[1, 0], rel=0.06 if name else 0.01)


def test_every_item_has_a_cause_and_every_harm_its_treatment(book: Any, models: Any) -> None:
    for model in models.values():
        for item in hecon.run(model, book.base()).items:
            if item.kind == "cost" or (item.kind == "qaly" and item.name != "utility"):
                assert item.category in CAUSES, item
            if item.category in ("side effects", "subsequent treatment"):
                assert item.of, item


def test_transplants_are_tied_to_the_survivors_they_explain(book: Any, models: Any) -> None:
    for tail in (0.10, 0.20):
        run = hecon.run(models["markov"], book.fix(p_tail_salvage=tail))
        (transplants,) = run.select(kind="count", name="transplants")
        assert run.values[0, transplants, 0] == pytest.approx(tail * 4 / 7 / 0.413)


def test_a_deadlier_comparator_never_makes_lost_work_smaller(book: Any, models: Any) -> None:
    lost = []
    for tail in (0.20, 0.15, 0.10, 0.02):
        run = hecon.run(models["markov"], book.fix(p_tail_salvage=tail))
        own = [k for k, item in enumerate(run.items) if item.method == "human capital"]
        lost.append(float(run.values[0, own, 0].sum()))
    assert lost == sorted(lost)


def test_society_saves_or_pays_more_by_one_convention(book: Any, models: Any) -> None:
    """The published directions: with productivity and without consumption the Swiss model saves, with it the Dutch pays more."""
    swiss = hecon.run(models["markov"], book.scenario("published_ch").base())
    back = increment(swiss, "health care sector") - increment(swiss, "societal: human capital")
    assert back > 0
    gain = float(np.diff(swiss.effect()[:, 0])[0])
    assert back > 1.09 * 36_419 * gain  # more than the extra cost in the Swiss model: dominant there
    dutch = hecon.run(models["markov"], book.scenario("published_nl").base())
    assert increment(dutch, "societal: friction with consumption") > increment(dutch, "health care sector")
    for run in (swiss, dutch):  # the same method, with and without consumption
        for method in ("illness", "friction", "human capital"):
            assert increment(run, f"societal: {method} with consumption") > increment(run, f"societal: {method}")


def test_published_totals_are_met_where_they_are_targets() -> None:
    case = hecon.open_case(str(CASE))
    targets = [one for one in read_published(CASE / "published.csv", case.book.sources) if one.tolerance]
    assert [one.within for one in evidence(case, targets)] == [True] * 5


def test_what_brings_the_cost_per_qaly_above_100000_is_what_the_readme_names() -> None:
    table = (CASE / "README.md").read_text(encoding="utf-8").split("### Scenarios")[1].split("###")[0]
    rows = [[cell.strip(" `") for cell in line.split("|")] for line in table.splitlines() if line.startswith("| `")]
    above = {row[1] for row in rows if float(row[6].replace(",", "")) > 100_000}
    assert above == {"relapse_free_20", "cured_10", "horizon_5_years"}


def test_prices_are_price_parameters(book: Any, models: Any) -> None:
    base = hecon.run(models["markov"], book.base())
    for name, value in (
        ("price_tisagenlecleucel", 350_000.0),
        ("c_transplant", 400_000.0),
        ("c_ivig_month", 1_000.0),
        ("c_clofarabine", 50_000.0),
    ):
        run_again = hecon.run(models["markov"], book.fix(**{name: value}))
        assert base.at_price(name, value).cost("payer") == pytest.approx(run_again.cost("payer"), rel=1e-9)


def test_the_checks_of_the_model_hold(book: Any, models: Any) -> None:
    for model in models.values():
        for check in hecon.run(model, book.base()).kept["checks"]:
            assert np.all(check.passed), check.name


def test_the_readme_says_what_the_case_gives(book: Any, models: Any) -> None:
    bridge = runpy.run_path(str(CASE / "bridge.py"))
    page = (CASE / "README.md").read_text(encoding="utf-8")
    written = page.split(bridge["BEGIN"])[1].split(bridge["END"])[0].strip()
    assert written == bridge["all_tables"](book, models)
