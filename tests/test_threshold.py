"""Thresholds of inputs: closed forms, several roots, steps, none; the search itself on functions known by hand."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from hecon.analysis.sensitivity.root_search import all_crossings, crossings
from hecon.analysis.sensitivity.threshold import thresholds
from hecon.errors import InputError

DEMO = runpy.run_path(str(Path(__file__).parent / "sensitivity_case.py"))
READING, tree, book = DEMO["READING"], DEMO["tree"], DEMO["book"]


def test_thresholds_by_hand():
    found = thresholds(tree(), book(), "drug", **READING, ranges={"price": (0.0, 20.0)})
    # 10 x gain = 5 at 0.5; price = 10 x 1
    assert found.row("gain").nearest == pytest.approx(0.5, abs=1e-12)
    assert found.row("price").nearest == pytest.approx(10, abs=1e-10)
    assert found.row("gain").crossings[0].rises
    assert not found.row("price").crossings[0].rises
    assert found.row("price").in_words("drug") == "drug is cost-effective below 10"


def test_an_input_that_never_changes_the_decision_says_so():
    found = thresholds(tree(), book(), "drug", **READING, names=["price"])
    assert found.row("price").status == "none"
    assert "everywhere from 4 to 8" in str(found)
    assert found.to_frame()["threshold"].isna().all()


def test_two_thresholds_are_both_told():
    # 10 x gain (2 - gain) - 5 = 0 at 1 -+ sqrt(1/2)
    model = tree(gain="gain * (2 - gain)")
    found = thresholds(model, book(), "drug", **READING, names=["gain"], ranges={"gain": (0.0, 2.0)}).row("gain")
    assert [one.value for one in found.crossings] == pytest.approx([1 - 0.5**0.5, 1 + 0.5**0.5])
    assert [one.rises for one in found.crossings] == [True, False]
    assert found.status == "several"
    assert "not unique" in found.in_words("drug")
    nearer = thresholds(model, book(gain={"value": 1.2, "high": 1.3}), "drug", **READING, ranges={"gain": (0.0, 2.0)})
    assert nearer.row("gain").nearest == pytest.approx(1 + 0.5**0.5)


def test_a_step_is_told_apart_from_a_root():
    model = tree(gain="1 if gain >= 0.75 else 0.2")
    (one,) = thresholds(model, book(), "drug", **READING, names=["gain"]).row("gain").crossings
    assert one.jumps
    assert one.value == pytest.approx(0.75, abs=1e-9)


def test_refusals():
    with pytest.raises(InputError, match="share: has no low and high"):
        thresholds(tree(), book(), "drug", **READING, names=["share"])
    with pytest.raises(InputError, match="must rise"):
        thresholds(tree(), book(), "drug", **READING, ranges={"price": (5.0, 5.0)})


def test_the_search_finds_every_root_of_several_functions_at_once():
    grid = np.linspace(-3.0, 3.0, 25)
    functions = [np.sin, lambda x: x**3 - 2, lambda x: np.exp(x) - 5, lambda x: x**2 + 1]
    found = all_crossings(
        [grid] * 4,
        [f(grid) for f in functions],
        lambda x, which: np.array([functions[k](value) for k, value in zip(which, x, strict=True)]),
    )
    roots = [[one.value for one in several] for several in found]
    assert roots[0] == pytest.approx([0.0], abs=1e-11)
    assert roots[1] == pytest.approx([2 ** (1 / 3)], abs=1e-11)
    assert roots[2] == pytest.approx([np.log(5)], abs=1e-11)
    assert roots[3] == []


def test_touching_zero_is_no_crossing():
    grid = np.linspace(-1.0, 1.0, 9)
    assert crossings(grid, grid**2, lambda x, _: x**2) == []


def test_smooth_roots_cost_few_evaluations():
    calls = []

    def cubic(x, _):
        calls.append(x.size)
        return x**3 - 2

    grid = np.array([0.0, 2.0])
    crossings(grid, grid**3 - 2, cubic)
    assert sum(calls) <= 16
