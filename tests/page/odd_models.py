"""Models with what few models have: times between rows and inputs as times, sums over rows, the row below, odd numbers of cycles
under Simpson's rule, old within-cycle weights with tunnels, schedules of discount rates behind a wait that differs by draw.
"""

from typing import Any

import hecon
from hecon import (
    QALY,
    Branch,
    Chance,
    Check,
    Cost,
    Count,
    DecisionTree,
    Leaf,
    LifeYears,
    MarkovModel,
    Parameter,
    PartitionedSurvival,
    Strategy,
    Tunnel,
    Utility,
)

CARE: dict[str, Any] = {"category": "disease care", "sector": "health care"}
DRUG: dict[str, Any] = {"category": "product", "sector": "health care"}
SCHEDULE = [(0, "dr_cost"), (1.5, "0.02"), (4, "0.01")]
BOOK = hecon.make_book(
    "odd models",
    [
        Parameter(name="p_die", value=0.2, distribution="beta", par1=20, par2=80, low=0.1, high=0.3),
        Parameter(name="r_ill", value=0.3, distribution="gamma", par1=25, par2=0.012, low=0.2, high=0.5),
        Parameter(name="price", value=900.0, unit="money", low=0.0, high=2000.0),
        Parameter(name="t_scan", value=1.5, unit="years", low=0.0, high=2.5),
        Parameter(name="d_wait", value=0.6, distribution="gamma", par1=9, par2=0.0666666666666667),
        Parameter(name="age_start", value=60.0),
        Parameter(name="dr_cost", value=0.04, low=0.0, high=0.06),
    ],
    tables={
        "q": {"age": [float(a) for a in range(60, 80)], "qx": [0.01 + 0.003 * (a - 60) for a in range(60, 80)]},
        "fee": {"year": [0.0, 0.5, 2.5, 4.0, 40.0], "c": [900.0, 400.0, 125.0, 75.0, 60.0]},
    },
    settings={"price_parameters": "price"},
)


def course(outcomes: list[Any], **changes: Any) -> MarkovModel:
    """Well, ill, dead, seven years."""
    given: dict[str, Any] = {
        "states": ("well", "ill", "dead"), "cycle": "1 year", "horizon": "7 years", "within_cycle": "half-cycle",
        "events": "mid", "let": {"r_now": "r_ill"}, "dead": ("dead",),
        "transitions": {"well -> ill": "1 - exp(-r_now * cycle_years)", "well -> dead": "0.1 * p_die", "ill -> dead": "p_die"},
        "outcomes": [Utility({"well": "0.9", "ill": "0.5"}), *outcomes],
    }  # fmt: skip
    return MarkovModel(**{**given, **changes})


def cohort(outcomes: list[Any], **changes: Any) -> MarkovModel:
    """The same alone, with two strategies."""
    alone: dict[str, Any] = {
        "title": "Odd", "strategies": [Strategy("one"), Strategy("other", let={"r_now": "0.6 * r_ill"})], "start": "well",
        "age": "age_start", "discount": {"cost": "dr_cost", "effect": "0.015"}, "discount_timing": "continuous",
    }  # fmt: skip
    return course(outcomes, **{**alone, **changes})


def flow(amount: str, per: str = "year") -> Cost:
    return Cost("drug", {"well": amount, "ill": f"0.5 * ({amount})"}, per=per, **DRUG)


def behind_a_wait(**changes: Any) -> DecisionTree:
    """Three in four are treated after a wait that differs by draw; rates of discounting change with the year."""
    to = course([flow("price"), Cost("work_up", "800", on="well -> ill", **CARE)], **changes)
    treated = Branch("treated", "0.75", Leaf(to, start="well", outcomes=[Cost("stay", "5000", **CARE)]))
    tree = Chance(treated, Branch("not", "C", Leaf(outcomes=[QALY("loss", "-0.02", at="6 months")])))
    waits = [Strategy(name, to=tree, lasts=wait, outcomes=[LifeYears(wait), Cost("visit", "70", at=wait, **CARE)])
             for name, wait in (("soon", "d_wait"), ("late", "d_wait + 0.75"))]  # fmt: skip
    return DecisionTree("Wait", waits, {"cost": SCHEDULE, "effect": SCHEDULE}, "whole_year", age="age_start")


def odd_models() -> dict[str, Any]:
    """Each by what is odd in it."""
    found: dict[str, Any] = {
        "between rows": cohort(
            [flow("price"), Cost("scan", {"well": "100"}, at="18 months", **CARE), Count("seen", {"ill": "1"}, at="t_scan")],
            between_rows="interpolate", report={"half": 'at(occupancy["well"], 0.5)', "late": 'at(occupancy["ill"], t_scan + 2)'},
            checks=[Check("alive", 'at(occupancy["well"], 2.25)', equals="0.5", within="0.5")],
        ),
        "sums and rows below": cohort(
            [flow("next(price + t) + cumulative(price * t) / 10"), Cost("more", 'sum(occupancy["ill"]) * 20', **CARE)],
            let={"r_now": "r_ill", "h": "-log(1 - q[age])", "s_old": "exp(-cumulative(max(next(h) - h, 0.01)))"},
            report={"old": "at(s_old, 3)", "spent": "sum(s_old * price, 1, 4)"},
        ),
        "tables": cohort([flow("interp(fee, t) + price * fee[t]")], horizon="15 years"),
        "schedule and wait": behind_a_wait(cycle="3 months", horizon="5 years"),
        "schedule and wait, simpson": behind_a_wait(cycle="6 months", horizon="5 years", within_cycle="simpson"),
        "partitioned": PartitionedSurvival(
            ("free", "after", "dead"), {"free": "exp(-(r_ill + p_die) * t)", "after": "min(exp(-p_die * t), 1 - 0.01 * t)"},
            "cap", "1 month", "3 years", "simpson", "end", title="Curves", strategies=[Strategy("one")],
            outcomes=[flow_of_curves(), Cost("end", "700", on="* -> dead", **CARE), Utility({"free": "0.8"})],
            discount={"cost": "0", "effect": "dr_cost"}, discount_timing="whole_year",
        ),
    }  # fmt: skip
    for n in (1, 2, 3, 4, 5, 8):
        found[f"simpson, {n} cycles"] = cohort([flow("price * (1 + t)")], horizon=f"{n} years", within_cycle="simpson")
    for method in ("start", "end", "half-cycle", "darth-none", "darth-legacy"):
        for last in ("stay", "error"):
            tunnels = {"ill": Tunnel(3 if last == "stay" else 9, last=last)}
            moves = {
                "well -> ill": "r_now / 2",
                "ill -> dead": "p_die / (1 + state_time)",
                "ill -> well": "0.1 if cycle < 3 else 0",
            }
            found[f"{method}, tunnel, {last}"] = cohort(
                [Cost("care", {"ill": "price * exp(-state_time) + t"}, per="year", **CARE)],
                within_cycle=method, tunnels=tunnels, transitions=moves, start={"well": "0.6", "ill": "0.4"},
            )  # fmt: skip
    return found


def flow_of_curves() -> Cost:
    return Cost("drug", {"free": "price if t < 0.5 else 0"}, per="year", **DRUG)
