"""Look-ups find the row at or below whatever the steps of the index, and powers are the same for any number of draws."""

from bisect import bisect_right

import numpy as np
import pytest

import hecon
from hecon import Cost, MarkovModel, Parameter, PartitionedSurvival, Strategy, Utility
from hecon.evaluate.formula import evaluate_formula
from hecon.formula.functions import PRIMITIVES
from hecon.inputs.parameter import Table

TIMES, SHARES = [0, 0.25, 0.5, 1, 1.5, 5], [1, 0.9, 0.8, 0.7, 0.6, 0.2]


def survival(times: list[float], shares: list[float]) -> float:
    model = PartitionedSurvival(
        ("alive", "dead"), {"alive": "km[t]"}, "cap", "3 months", "5 years", "half-cycle", "mid",
        outcomes=[Utility({"alive": "1"})], title="Kaplan-Meier", strategies=[Strategy("one")],
        discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
    )  # fmt: skip
    book = hecon.make_book("edge", [Parameter(name="q", value=1.0)], tables={"km": {"t": times, "s": shares}})
    return float(hecon.run(model, book.base()).effect("qaly")[0, 0])


def test_an_uneven_index_that_spans_as_many_units_as_it_has_steps() -> None:
    """By hand: a quarter each of the means of 1 .9, .9 .8, .8 .7 ...; it was 3.9."""
    assert survival(TIMES, SHARES) == pytest.approx(3.225, abs=1e-12)


def test_400_random_tables_against_a_plain_search() -> None:
    random = np.random.default_rng(7)
    for k in range(400):
        rows = int(random.integers(2, 12))
        spans = k % 2 == 0  # every second index spans as many units as it has steps, as steps of one do
        last = float(rows - 1) if spans else float(random.uniform(1, 10))
        inner = np.sort(random.choice(np.arange(1, 100), rows - 2, replace=False)) / 100 * last
        times = [0.0, *inner.tolist(), last]
        shares = np.sort(random.uniform(0, 1, rows))[::-1].tolist()
        asked = np.concatenate([random.uniform(-1, last * 1.5 + 1, 40), times])
        found = np.asarray(
            evaluate_formula('km[x, "s"]', {"km": Table("km", "t", np.array(times), {"s": np.array(shares)})}, x=asked)
        )
        end = last + (times[-1] - times[-2])
        for x, value in zip(asked.tolist(), found.tolist(), strict=True):
            inside = x >= 0 and x + 1e-9 < end
            assert value == pytest.approx(shares[bisect_right(times, x) - 1] if inside else np.nan, nan_ok=True)


def test_what_misses_a_row_by_rounding_belongs_to_it() -> None:
    ages = Table("ages", "age", np.array([40.0, 41.0, 43.0]), {"u": np.array([0.9, 0.8, 0.7])})
    asked = np.array([40.0 - 1e-12, 41.0 - 1e-12, 42.9999, 43.0 - 1e-12, 45.0 - 1e-6, 45.0 - 1e-12])
    found = np.asarray(evaluate_formula('ages[x, "u"]', {"ages": ages}, x=asked)).tolist()
    assert found == pytest.approx([0.9, 0.8, 0.8, 0.7, 0.7, np.nan], nan_ok=True)


def test_powers_are_the_same_to_the_last_bit_for_any_shape() -> None:
    """numpy squares, divides or takes a root where it walks along one exponent; the axis it walks along depends on the draws."""
    power = PRIMITIVES["**"].numpy
    random = np.random.default_rng(5)
    base, per_draw, per_row = (
        random.uniform(0.1, 5, (16, 1500)),
        random.choice([2, 0.5, -1, 3], 1500),
        random.choice([2, 0.5, -1], (16, 1)),
    )
    for exponent in (2.0, 0.5, per_draw, per_row, base):
        for x in (base, base[0], base[:, :1]):
            whole = np.broadcast_to(power(x, exponent), base.shape)
            for k in range(0, 1500, 7):
                one = slice(k, k + 1)
                narrow = [v[..., one] if np.ndim(v) and v.shape[-1] > 1 else v for v in (x, exponent)]
                assert np.array_equal(np.broadcast_to(power(*narrow), (16, 1)), whole[:, one])


def test_one_draw_at_a_time_is_the_same_to_the_last_bit() -> None:
    book = hecon.make_book(
        "edge",
        [
            Parameter(name=n, value=0.2, distribution="uniform", par1=0.05, par2=0.35, low=0.05, high=0.35)
            for n in ("hr", "dr", "p_die")
        ],
    )
    amounts = (
        "hr ** (t * 0.5)",
        "(p_die + 0 * t) ** round(10 * hr)",
        "(2 - p_die * t) ** round(10 * hr)",
        "(1 + hr) ** (-t)",
    )
    model = MarkovModel(
        ("alive", "dead"), "6 months", "20 years", "half-cycle", "mid", transitions={"alive -> dead": "0"},
        start="alive", title="Powers", strategies=[Strategy("one")],
        outcomes=[
            Utility({"alive": "1"}),
            *(Cost(text, {"alive": text}, per="year", category="care", sector="health care") for text in amounts),
        ],
        discount={"cost": "0", "effect": "dr"}, discount_timing="continuous",
    )  # fmt: skip
    draws = book.sample(3000, seed=3)
    whole, few = hecon.run(model, draws).values[:, :, :200], draws.take(slice(0, 200))
    for chunk in (1, 2, 50, 199):
        assert np.array_equal(hecon.run(model, few, chunk=chunk).values, whole), chunk
