"""An amount belongs to its interval: numbers that can be worked by hand, in every structure and by every within-cycle method."""

from math import exp
from typing import Any

import pytest

import hecon
from hecon import Cost, MarkovModel, PartitionedSurvival, Strategy, Tunnel, Utility

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
BOOK = hecon.make_book("intervals", [])
STRUCTURES = ("probabilities", "rates", "curves")
METHODS = (
    {"within_cycle": "start"},
    {"within_cycle": "end"},
    {"within_cycle": "half-cycle"},
    {"within_cycle": "half-cycle", "flows": "mid"},
    {"within_cycle": "simpson"},
)
structures = pytest.mark.parametrize("structure", STRUCTURES)
methods = pytest.mark.parametrize("method", METHODS, ids=lambda method: " ".join(method.values()))


def cohort(structure: str, outcomes: list[Any], die: str = "0", **changes: Any) -> Any:
    """Alive or dead, ten yearly cycles; `die` per cycle (under `rates` and `curves` the rate per year)."""
    given: dict[str, Any] = {
        "states": ("alive", "dead"), "cycle": "1 year", "horizon": "10 years", "within_cycle": "half-cycle", "events": "mid",
        "outcomes": outcomes, "title": "Intervals", "strategies": [Strategy("only")], "dead": ("dead",),
        "discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous",
    }  # fmt: skip
    if structure == "curves":
        return PartitionedSurvival(
            **{**given, "curves": {"alive": f"exp(-({die}) * t)"}, "crossing": "error", **changes}
        )
    word = "transitions" if structure == "probabilities" else "rates"
    return MarkovModel(**{**given, word: {"alive -> dead": die}, "start": "alive", **changes})


def cost_of(model: Any) -> float:
    return float(hecon.run(model, BOOK.base()).cost("payer")[0, 0])


def qalys_of(model: Any, kind: str = "qaly") -> float:
    return float(hecon.run(model, BOOK.base()).effect(kind)[0, 0])


def drug(amount: str, per: str = "year") -> list[Any]:
    return [Cost("drug", {"alive": amount}, per=per, **CARE)]


@structures
@methods
@pytest.mark.parametrize(
    ("amount", "right"),
    [
        ("where(t < 2, 100, 0)", 200.0),
        ("100 if cycle < 2 else 0", 200.0),
        ("where(age < 62, 100, 0)", 200.0),
        ("where(t < 2, 0, 100)", 800.0),
        ("where(t >= 2 and t < 5, 100, 0)", 300.0),
        ("100", 1000.0),
    ],
)
def test_a_step_lasts_as_long_as_it_says(structure: str, method: dict[str, str], amount: str, right: float) -> None:
    assert cost_of(cohort(structure, drug(amount), age="60", **method)) == pytest.approx(right, rel=1e-12)


@structures
@methods
def test_of_all_who_entered_too(structure: str, method: dict[str, str]) -> None:
    registry = [Cost("registry", "where(t < 2, 100, 0)", per="year", **CARE)]
    assert cost_of(cohort(structure, registry, die="0.3", **method)) == pytest.approx(200, rel=1e-12)


@structures
@methods
def test_three_months_at_100_a_year(structure: str, method: dict[str, str]) -> None:
    model = cohort(structure, drug("where(cycle < 3, 100, 0)"), cycle="1 month", horizon="1 year", **method)
    assert cost_of(model) == pytest.approx(25, rel=1e-12)


@structures
@methods
def test_utilities_and_those_of_carers(structure: str, method: dict[str, str]) -> None:
    losses = [
        Utility({"alive": "0.9 if t < 2 else 0.5"}),
        Utility({"alive": "where(cycle < 2, -0.1, 0)"}, "carers", True),
    ]
    model = cohort(structure, losses, **method)
    assert qalys_of(model) == pytest.approx(2 * 0.9 + 8 * 0.5, rel=1e-12)
    assert qalys_of(model, "carer_qaly") == pytest.approx(-0.2, rel=1e-12)


@pytest.mark.parametrize(("method", "right"), [("half-cycle", 3.98), ("start", 4.0), ("end", 3.96)])
def test_four_per_cycle_in_a_cycle_in_which_1_percent_die(method: str, right: float) -> None:
    model = cohort("probabilities", drug("where(cycle < 1, 4, 0)", "cycle"), die="0.01", within_cycle=method)
    assert cost_of(model) == pytest.approx(right, rel=1e-12)
    paid_at_the_start = [Cost("drug", "4", **CARE)]
    assert cost_of(cohort("probabilities", paid_at_the_start, die="0.01", within_cycle=method)) == 4


def relapsing(method: str, start: str, outcomes: list[Any], **changes: Any) -> MarkovModel:
    """Everyone who is well falls ill in the first cycle, and stays ill."""
    return MarkovModel(
        ("well", "ill"), "1 year", "5 years", method, "mid", outcomes=outcomes, transitions={"well -> ill": "1"},
        tunnels={"ill": Tunnel(5, last="stay")}, title="Since entry", strategies=[Strategy("only")], start=start, dead=(),
        discount={"cost": "0", "effect": "0"}, discount_timing="continuous", **changes,
    )  # fmt: skip


@pytest.mark.parametrize("start", ["ill", "well"])
@pytest.mark.parametrize("method", ["start", "half-cycle", "end"])
def test_the_first_year_since_entry(method: str, start: str) -> None:
    """For who starts in the tunnel and for who enters it during the run."""
    care = [Cost("care", {"ill": "where(state_time < 1, 100, 0)"}, per="year", **CARE)]
    assert cost_of(relapsing(method, start, care)) == pytest.approx(100, rel=1e-12)
    second = [Cost("care", {"ill": "where(state_time >= 1 and state_time < 2, 100, 0)"}, per="year", **CARE)]
    assert cost_of(relapsing(method, start, second)) == pytest.approx(100, rel=1e-12)


def test_simpson_has_no_place_for_amounts_by_tunnel() -> None:
    with pytest.raises(hecon.ModelError, match="simpson"):
        hecon.run(relapsing("simpson", "ill", [Utility({"ill": "0.5 - 0.1 * state_time"})]), BOOK.base())


@structures
@pytest.mark.parametrize("method", ["start", "half-cycle", "end", "simpson"])
def test_the_first_year_is_not_discounted_by_whole_years(structure: str, method: str) -> None:
    def paid(horizon: str, wait: str = "0") -> float:
        model = cohort(
            structure, drug("100"), horizon=horizon, within_cycle=method, discount={"cost": "0.5", "effect": "0"},
            discount_timing="whole_year", strategies=[Strategy("only", lasts=wait)],
        )  # fmt: skip
        return cost_of(model)

    assert paid("1 year") == pytest.approx(100, rel=1e-12)
    assert paid("3 years") == pytest.approx(100 + 100 / 1.5 + 100 / 1.5**2, rel=1e-12)
    assert paid("1 year", "1") == pytest.approx(100 / 1.5, rel=1e-12)
    assert paid("1 year", "0.25") == pytest.approx(75 + 25 / 1.5, rel=1e-12)  # a quarter lies in the second year


@pytest.mark.parametrize("method", ["start", "half-cycle", "end"])
def test_each_end_is_discounted_at_its_own_time(method: str) -> None:
    model = cohort(
        "probabilities", drug("where(cycle < 1, 100, 0)"), die="0.5", within_cycle=method, discount={"cost": "0.25", "effect": "0"}
    )  # fmt: skip
    start, end = 100.0, 0.5 * 100 / 1.25
    assert cost_of(model) == pytest.approx(
        {"start": start, "end": end, "half-cycle": (start + end) / 2}[method], rel=1e-12
    )


@pytest.mark.parametrize(("flows", "factor"), [("start", 1.0), ("mid", 1.25**-0.5), ("end", 0.8)])
def test_the_mean_of_both_ends_discounted_at_one_point(flows: str, factor: float) -> None:
    rates = {"cost": "0.25", "effect": "0"}
    model = cohort("probabilities", drug("where(cycle < 1, 100, 0)"), die="0.5", flows=flows, discount=rates)
    assert cost_of(model) == pytest.approx(75 * factor, rel=1e-12)


@pytest.mark.parametrize(
    ("cycles", "first", "whole"),
    [
        (1, 3 / 4, 3 / 4),  # occupancy 1, 1/2, 1/4, 1/8 ...
        (2, (5 + 8 / 2 - 1 / 4) / 12, (1 + 4 / 2 + 1 / 4) / 3),
        (3, (9 + 19 / 2 - 5 / 4 + 1 / 8) / 24, 3 / 8 * (1 + 3 / 2 + 3 / 4 + 1 / 8)),
        (4, (5 + 8 / 2 - 1 / 4) / 12, (1 + 4 / 2 + 2 / 4 + 4 / 8 + 1 / 16) / 3),
    ],
)
def test_simpson_by_intervals(cycles: int, first: float, whole: float) -> None:
    changes: dict[str, Any] = {"die": "0.5", "within_cycle": "simpson", "horizon": f"{cycles} cycles"}
    assert cost_of(cohort("probabilities", drug("where(cycle < 1, 1, 0)"), **changes)) == pytest.approx(
        first, rel=1e-12
    )
    assert cost_of(cohort("probabilities", drug("1"), **changes)) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("structure", ["rates", "curves"])
def test_what_changes_smoothly_is_written_with_the_middle(structure: str) -> None:
    """Utility 0.9 - 0.004 t under a hazard of 0.05, 40 yearly cycles: 14.614 exactly."""

    def qalys(time: str) -> float:
        utility = [Utility({"alive": f"0.9 - 0.004 * {time}"})]
        return qalys_of(cohort(structure, utility, die="0.05", horizon="40 years", age="60"))

    whole = (1 - exp(-2)) / 0.05
    exact = 0.9 * whole - 0.004 * (1 - 3 * exp(-2)) / 0.05**2
    found = [qalys("t"), qalys("t_mid"), qalys("(age - 60)"), qalys("(age_mid - 60)"), exact]
    assert [round(one, 3) for one in found] == [14.651, 14.616, 14.651, 14.616, 14.614]


def test_the_middle_of_an_interval_in_a_tunnel() -> None:
    """Who starts ill has been so for 1/2, 3/2, ... 9/2 years in the middle of the intervals."""
    by = {name: qalys_of(relapsing("half-cycle", "ill", [Utility({"ill": f"0.1 * {name}"})])) for name in
          ("state_time", "state_time_mid", "t_mid")}  # fmt: skip
    assert by == pytest.approx({"state_time": 1.0, "state_time_mid": 1.25, "t_mid": 1.25}, rel=1e-12)
