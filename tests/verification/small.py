"""Two small sound models with all that the tests look at, and the means to break one line of them at a time."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hecon import (
    QALY,
    Cost,
    MarkovModel,
    Parameter,
    PartitionedSurvival,
    Strategy,
    Utility,
    make_book,
    open_case,
)
from hecon.inputs.parameter import Change, Scenario, Source
from hecon.results.case import Case

CARE = "health care"
AGES = list(range(121))
LIFE = {"age": AGES, "qx": [min(0.99, 0.00002 * math.exp(0.1 * age)) for age in AGES]}


def inputs() -> dict[str, Parameter]:
    rows = [
        ("age_start", "age at the start", "years", 50.0, "", 0.0, 0.0),
        ("dr_cost", "discount rate of costs", "per year", 0.04, "", 0.0, 0.0),
        ("dr_effect", "discount rate of effects", "per year", 0.015, "", 0.0, 0.0),
        ("p_ill", "becoming ill", "probability per year", 0.10, "beta mean se", 0.10, 0.01),
        ("p_die_ill", "death of the ill", "probability per year", 0.15, "beta mean se", 0.15, 0.02),
        ("hr_ill", "hazard ratio of becoming ill, drug", "ratio", 0.6, "lognormal mean se", 0.6, 0.08),
        ("c_drug", "drug", "EUR per year", 8000.0, "", 0.0, 0.0),
        ("c_well", "care of the well", "EUR per year", 500.0, "gamma mean se", 500.0, 60.0),
        ("c_ill", "care of the ill", "EUR per year", 4321.0, "gamma mean se", 4321.0, 400.0),
        ("c_fever", "an episode of fever", "EUR", 2500.0, "gamma mean se", 2500.0, 300.0),
        ("c_end", "the last months of life", "EUR", 7000.0, "gamma mean se", 7000.0, 800.0),
        ("p_fever", "fever under the drug", "probability", 0.2, "beta mean se", 0.2, 0.03),
        ("u_well", "utility of the well", "utility", 0.83, "beta mean se", 0.83, 0.02),
        ("u_ill", "utility of the ill", "utility", 0.61, "beta mean se", 0.61, 0.03),
        ("du_fever", "loss by fever", "utility decrement", 0.15, "beta mean se", 0.15, 0.02),
        ("days_fever", "fever lasts", "days", 9.0, "", 0.0, 0.0),
        ("r_progress", "progression", "per year", 0.35, "gamma mean se", 0.35, 0.04),
        ("r_die", "death of all patients", "per year", 0.15, "gamma mean se", 0.15, 0.02),
        ("hr_pfs", "hazard ratio of progression, drug", "ratio", 0.7, "lognormal mean se", 0.7, 0.06),
        ("hr_os", "hazard ratio of death, drug", "ratio", 0.8, "lognormal mean se", 0.8, 0.07),
    ]
    group = {"p_fever": "side effects"}
    return {
        name: Parameter(
            name=name, label=label, unit=unit, value=value, distribution=distribution, group=group.get(name, "model"),
            par1=par1 if distribution else math.nan, par2=par2 if distribution else math.nan, source="trial",
            provenance="read",
        )
        for name, label, unit, value, distribution, par1, par2 in rows
    }  # fmt: skip


SETTINGS = {
    "currency": "EUR", "price_year": "2020", "perspective": "payer", "threshold": "50000", "reference": "usual", "seed": "1",
    "product_price": "c_drug",
}  # fmt: skip
COMMON: dict[str, Any] = {
    "title": "Small", "age": "age_start", "discount": {"cost": "dr_cost", "effect": "dr_effect"},
    "discount_timing": "continuous", "within_cycle": "half-cycle", "events": "mid", "horizon": "60 years",
}  # fmt: skip
HARM = [
    Cost("fever", "p_fever * c_fever", category="side effects", sector=CARE, of="product"),
    QALY("fever", "-p_fever * du_fever * days_fever / 365.25", category="side effects", of="product"),
]
MARKOV_LET = {
    "p_general": "life_table[age]",
    "p_ill_now": "p_ill",
    "hazard": "1",
    "years_drug": "0",
}
MARKOV_OUTCOMES = {
    "care": Cost("care", {"well": "c_well", "ill": "c_ill"}, per="year", category="disease care", sector=CARE),
    "drug": Cost("drug", {"well": "years_drug * c_drug"}, per="year", category="product", sector=CARE),
    "end": Cost("end_of_life", "c_end", on="* -> dead", category="end of life", sector=CARE),
    "utility": Utility({"well": "u_well", "ill": "u_ill"}),
}
DRUG_LET = {"hazard": "hr_ill", "years_drug": "1 if cycle < 5 else 0"}


def markov(
    let: Mapping[str, str] = {}, drug_let: Mapping[str, str] = {}, transitions: Mapping[str, str] = {},
    outcomes: Mapping[str, Any] = {}, drug: tuple[Any, ...] = (), usual: tuple[Any, ...] = (), **choices: Any,
) -> MarkovModel:  # fmt: skip
    """The Markov model with some of its lines replaced."""
    moves = {
        "well -> ill": "(1 - p_general) * hr_on_prob(p_ill_now, hazard)",
        "well -> dead": "p_general",
        "ill -> dead": "max(p_die_ill, p_general)",
    }
    return MarkovModel(
        **{**COMMON, **choices},
        states=("well", "ill", "dead"),
        cycle="1 year",
        start="well",
        let={**MARKOV_LET, **let},
        transitions={**moves, **transitions},
        outcomes=[one for one in {**MARKOV_OUTCOMES, **outcomes}.values() if one is not None],
        strategies=[
            Strategy("usual", let={}, outcomes=list(usual)),
            Strategy("drug", let={**DRUG_LET, **drug_let}, outcomes=[*HARM, *drug]),
        ],
    )


PSM_LET = {
    "s_general": "exp(-cumulative(-log(1 - life_table[age])))",
    "s_os": "min(exp(-r_die * os_ratio * t), s_general)",
    "s_pfs": "min(exp(-r_progress * pfs_ratio * t), s_general)",
    "os_ratio": "1",
    "pfs_ratio": "1",
    "years_drug": "0",
}
PSM_OUTCOMES = {
    "care": Cost("care", {"free": "c_well", "progressed": "c_ill"}, per="year", category="disease care", sector=CARE),
    "drug": Cost("drug", {"free": "years_drug * c_drug"}, per="year", category="product", sector=CARE),
    "end": Cost("end_of_life", "c_end", on="* -> dead", category="end of life", sector=CARE),
    "utility": Utility({"free": "u_well", "progressed": "u_ill"}),
}


def partitioned(
    let: Mapping[str, str] = {}, drug_let: Mapping[str, str] = {}, outcomes: Mapping[str, Any] = {}, **choices: Any
) -> PartitionedSurvival:  # fmt: skip
    """The partitioned model with some of its lines replaced."""
    mine = {"os_ratio": "hr_os", "pfs_ratio": "hr_pfs", "years_drug": "1 if cycle < 5 else 0"}
    return PartitionedSurvival(
        **{**COMMON, "crossing": "cap", **choices},
        states=("free", "progressed", "dead"),
        curves={"free": "s_pfs", "progressed": "s_os"},
        cycle="1 year",
        let={**PSM_LET, **let},
        outcomes=[one for one in {**PSM_OUTCOMES, **outcomes}.values() if one is not None],
        strategies=[Strategy("usual"), Strategy("drug", let={**mine, **drug_let}, outcomes=HARM)],
    )


MARKOV_UNUSED = ("r_progress", "r_die", "hr_pfs", "hr_os")
PSM_UNUSED = ("p_ill", "p_die_ill", "hr_ill")


def case(
    model: Any, changed: Mapping[str, Mapping[str, Any]] = {}, settings: Mapping[str, str] = {}, drop: tuple[str, ...] = (),
    more: tuple[Parameter, ...] = (), scenarios: Mapping[str, tuple[tuple[str, str, str], ...]] = {}, **rest: Any,
) -> Case:  # fmt: skip
    """A case of a model with the inputs above, some of their columns changed."""
    unused = MARKOV_UNUSED if not isinstance(model, PartitionedSurvival) else PSM_UNUSED
    rows = [
        replace(one, **changed.get(name, {}))
        for name, one in inputs().items()
        if name not in unused and name not in drop
    ]
    declared = {
        name: Scenario(name, name, tuple(Change(*change) for change in changes)) for name, changes in scenarios.items()
    }
    book = make_book(
        "small", [*rows, *more], settings={**SETTINGS, **settings}, tables=rest.pop("tables", {"life_table": LIFE}),
        sources={"trial": Source("trial", "A trial")}, scenarios=declared, **rest,
    )  # fmt: skip
    return open_case(model, book)
