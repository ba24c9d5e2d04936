"""$case against the same model written as plain loops, and against what must hold whatever the inputs."""

import runpy
from pathlib import Path
from typing import Any

import hecon

CASE = "$case"
ROOT = Path(__file__).parents[1]


def model_and_book() -> Any:
    """The case's model and inputs."""
    model = runpy.run_path(str(ROOT / "models" / CASE / "model.py"))["MODEL"]
    return model, hecon.read_inputs(ROOT / "inputs" / CASE)


def test_the_run_equals_plain_loops() -> None:
    """Costs and QALYs of usual care, year by year."""
    model, book = model_and_book()
    p = {name: parameter.value for name, parameter in book.parameters.items()}
    well, ill, cost, qaly = 1.0, 0.0, 0.0, 0.0
    for year in range(41):
        weight = 0.5 if year in (0, 40) else 1.0
        qaly += weight * (well * p["u_well"] + ill * p["u_ill"]) / (1 + p["dr_effect"]) ** year
        cost += weight * ill * p["c_ill"] / (1 + p["dr_cost"]) ** year
        fall_ill = well * (1 - p["p_die_well"]) * p["p_ill"]
        if year < 40:
            cost += fall_ill * p["c_diagnosis"] / (1 + p["dr_cost"]) ** (year + 0.5)
        well, ill = well * (1 - p["p_die_well"]) - fall_ill, ill * (1 - p["p_die_ill"]) + fall_ill
    result = hecon.run(model, book.base())
    assert abs(result.cost("payer")[0, 0] - cost) < 1e-6
    assert abs(result.effect("qaly")[0, 0] - qaly) < 1e-9


def test_a_treatment_without_effect_adds_its_own_cost_only() -> None:
    """At a hazard ratio of 1 the strategies differ by the treatment alone."""
    model, book = model_and_book()
    result = hecon.run(model, book.fix(hr_treatment=1.0))
    assert abs(result.effect("qaly")[1, 0] - result.effect("qaly")[0, 0]) < 1e-12
    assert set(result.split("category", "payer")) == {"product", "disease care"}
    usual, new = result.split("category", "payer")["disease care"][:, 0]
    assert abs(usual - new) < 1e-9


def test_the_checks_of_the_model_hold() -> None:
    """What the model declares to be true is."""
    model, book = model_and_book()
    checks = hecon.run(model, book.base()).kept["checks"]
    assert checks
    for check in checks:
        assert check.passed.all(), check.name
