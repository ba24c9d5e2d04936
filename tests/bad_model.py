"""A small model and its inputs, which the tests of refusals spoil in one place each."""

from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Cost, DecisionTree, MarkovModel, ModelError, Parameter, Strategy
from hecon.inputs.parameter import Table

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
LIFE = Table(
    "life_table",
    "age",
    np.array([0.0, 1.0, 2.0]),
    {"qx_male": np.array([0.1, 0.2, 0.3]), "qx_female": np.array([0.1, 0.1, 0.2])},
)
NORMS = Table("norms", "age", np.array([0.0, 1.0]), {"u": np.array([0.9, 0.8])})
INPUTS = [
    Parameter(name="p_relapse", value=0.4, cells={"value": "parameters!E2"}),
    Parameter(name="p_die", value=0.3, distribution="beta", par1=30, par2=70, cells={"value": "parameters!E3"}),
    Parameter(name="c_drug", value=100.0, cells={"value": "parameters!E4"}),
]
BOOK = hecon.make_book("bad", INPUTS, tables={"life_table": LIFE, "norms": NORMS})


def cohort(**changes: Any) -> MarkovModel:
    given: dict[str, Any] = {
        "states": ("well", "ill", "dead"), "cycle": "1 year", "horizon": "4 years", "within_cycle": "half-cycle",
        "events": "end", "transitions": {"well -> ill": "p_relapse", "ill -> dead": "p_die"}, "title": "Bad model",
        "strategies": [Strategy("car_t")], "start": "well", "discount": {"cost": "0", "effect": "0"},
        "discount_timing": "continuous",
    }  # fmt: skip
    return MarkovModel(**{**given, **changes})


def tree(to: Any, **changes: Any) -> DecisionTree:
    given: dict[str, Any] = {
        "strategies": [Strategy("car_t", to=to)],
        "discount": {"cost": "0", "effect": "0"},
        "discount_timing": "continuous",
    }
    return DecisionTree("Bad model", **{**given, **changes})


def refusal(model: Any, book: Any = BOOK, draws: Any = None) -> str:
    with pytest.raises(ModelError) as found:
        hecon.run(model, draws or book.base())
    return str(found.value)


def cost(amount: Any = "c_drug", **changes: Any) -> Cost:
    return Cost("drug", amount, **{**CARE, **changes})
