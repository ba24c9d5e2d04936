"""Global sensitivity: functions with known indices, the model through inverse distributions, groups, refusals."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from hecon.analysis.sensitivity.global_sensitivity import global_sensitivity, indices
from hecon.errors import HeconError
from hecon.inputs.parameter import Correlation

DEMO = runpy.run_path(str(Path(__file__).parent / "sensitivity_case.py"))
READING, tree, book = DEMO["READING"], DEMO["tree"], DEMO["book"]
UNIT = {"value": 0.5, "distribution": "uniform", "par1": 0.0, "par2": 1.0}
NORMAL = {"value": 0.0, "distribution": "normal", "par1": 0.0, "par2": 1.0}


def ishigami(u):
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, x uniform on -pi to pi."""
    x = np.pi * (2 * u - 1)
    return x, np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami():
    found, runs = indices("sobol", ["a", "b", "c"], ("a", "b", "c"), ishigami, 4096, 1)
    # methods 4.5: S1 .3139052, .4424111, 0; ST .5575889, .4424111, .2436837
    assert [found[name][0] for name in "abc"] == pytest.approx([0.5575889, 0.4424111, 0.2436837], abs=0.02)
    assert [found[name][2] for name in "abc"] == pytest.approx([0.3139052, 0.4424111, 0], abs=0.02)
    assert runs == 4096 * 5
    assert all(0 < found[name][1] < 0.1 for name in "abc")


def test_a_group_is_one_factor():
    found, runs = indices("sobol", ["ac", "b", "ac"], ("a", "b", "c"), ishigami, 4096, 1)
    assert set(found) == {"ac", "b"}
    assert found["ac"][2] == pytest.approx(1 - 0.4424111, abs=0.03)  # a and c make up all that b does not
    assert runs == 4096 * 4


@pytest.mark.parametrize("method", ["morris", "delta", "pawn"])
def test_other_methods_tell_the_strong_from_the_idle(method):
    def strong(u):
        return u, 5 * u[:, 0] + 2 * u[:, 1] + 0 * u[:, 2]

    n = {"morris": 20, "delta": 300, "pawn": 2000}[method]
    found, _ = indices(method, ["a", "b", "c"], ("a", "b", "c"), strong, n, 1)
    assert found["a"][0] > 1.5 * found["b"][0]
    assert found["b"][0] > found["c"][0]
    if method == "morris":  # over the central 95%: 5 x 0.95 per step of probability, without spread
        assert found["a"] == pytest.approx((4.75, 0, 4.75, 0), abs=1e-9)
        assert found["c"][0] == pytest.approx(0, abs=1e-12)


def test_product_of_two_uniforms_through_the_model():
    model = tree(cost="0", gain="price * gain")
    found = global_sensitivity(model, book(price=UNIT | {"low": 0.1, "high": 0.9}, gain=UNIT | {"low": 0.1, "high": 0.9}),
                               "drug", **READING, n=2048)  # fmt: skip
    for name in ("price", "gain"):  # methods 4.5: S1 3/7, ST 4/7
        assert found.row(name)["first"] == pytest.approx(3 / 7, abs=0.02)
        assert found.row(name)["total"] == pytest.approx(4 / 7, abs=0.02)
    assert "none of them are correlated" in found.note


def test_linear_normal_through_the_inverse_distribution_functions():
    wide = {"low": -1.0, "high": 1.0, "support": "any"}
    model = tree(cost="0", gain="2 * price + gain")
    found = global_sensitivity(model, book(price=NORMAL | wide, gain=NORMAL | wide), "drug", **READING, n=2048)
    assert [found.row(name)["first"] for name in ("price", "gain")] == pytest.approx([0.8, 0.2], abs=0.02)


def test_correlated_inputs_are_one_factor_and_the_note_says_so():
    from dataclasses import replace

    wide = {"low": -1.0, "high": 1.0, "correlation_group": "g"}
    both = book(price=UNIT | {"low": 0.1, "high": 0.9}, gain=NORMAL | {"low": -1.0, "high": 1.0}, share=NORMAL)
    parameters = {
        name: replace(one, **wide) if name in ("gain", "share") else one for name, one in both.parameters.items()
    }
    joint = replace(both, parameters=parameters, correlations=(Correlation("g", "gain", "share", 0.6),))
    # variance of gain + share at correlation 0.6 is 3.2; of sqrt(12 x 0.8) x price 0.8: 4/5 and 1/5
    model = tree(cost="0", gain="gain + share + sqrt(9.6) * price")
    found = global_sensitivity(model, joint, "drug", **READING, n=2048)
    assert [row.name for row in found.rows] == ["g", "price"]
    assert found.rows[0].members == ("gain", "share")
    assert [found.row(name)["first"] for name in ("g", "price")] == pytest.approx([0.8, 0.2], abs=0.02)
    assert "g (gain, share)" in found.note
    apart = global_sensitivity(model, joint, "drug", **READING, n=120, method="delta")
    assert {row.name for row in apart.rows} == {"price", "gain", "share"}


def test_inputs_that_the_model_does_not_use_are_left_out():
    found = global_sensitivity(tree(cost="0"), book(price=UNIT | {"low": 0.1, "high": 0.9}, gain=UNIT | {"low": 0.1, "high": 0.9}),
                               "drug", **READING, n=64)  # fmt: skip
    assert [row.name for row in found.rows] == ["gain"]
    assert "1 uncertain inputs that the model does not use" in found.note


def test_the_same_seed_gives_the_same_numbers_and_labels_do_not_matter():
    from dataclasses import replace

    inputs = book(price=UNIT | {"low": 0.1, "high": 0.9}, gain=UNIT | {"low": 0.1, "high": 0.9})
    one, two = (global_sensitivity(tree(), inputs, "drug", **READING, n=64, seed=5) for _ in range(2))
    assert one == two
    renamed = replace(inputs, parameters={name: replace(x, label="same") for name, x in inputs.parameters.items()})
    other = global_sensitivity(tree(), renamed, "drug", **READING, n=64, seed=5)
    assert [row.values for row in other.rows] == [row.values for row in one.rows]


def test_refusals():
    uncertain = book(price=UNIT | {"low": 0.1, "high": 0.9})
    with pytest.raises(HeconError, match="did you mean 'sobol'"):
        global_sensitivity(tree(), uncertain, "drug", **READING, method="sobel")
    with pytest.raises(HeconError, match="power of 2"):
        global_sensitivity(tree(), uncertain, "drug", **READING, n=100)
    with pytest.raises(HeconError, match="no uncertain input"):
        global_sensitivity(tree(), book(), "drug", **READING)
    with pytest.raises(HeconError, match="does not vary"):
        global_sensitivity(tree(cost="0 * price + 1", gain="1"), uncertain, "drug", **READING, n=16)


def test_salib_leaves_warnings_as_they_were(recwarn):
    import warnings

    before, shown = list(warnings.filters), warnings.formatwarning
    indices("delta", ["a"], ("a",), lambda u: (u, u[:, 0]), 120, 1)
    assert warnings.formatwarning is shown
    assert list(warnings.filters) == before
    assert not recwarn.list
