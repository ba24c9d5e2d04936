"""The row-space test: what a set of known numbers gives away, and what it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecon.confidential.row_space import follows, gradients

INPUTS = 4


@given(st.integers(1, INPUTS - 1), st.integers(0, 10_000))
def test_a_mixture_of_known_numbers_follows_and_another_does_not(known: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(known, INPUTS)) * 10.0 ** random.integers(-6, 7, size=(known, 1))
    sizes = np.linalg.norm(rows, axis=1)
    mixture = (random.uniform(1, 2, known) / sizes) @ rows
    assert follows(rows, mixture) == list(range(known))
    outside = np.linalg.svd(rows / sizes[:, None])[2][-1]  # at right angles to all that is known
    assert follows(rows, outside) == []
    assert follows(rows, outside + 0.01 * mixture / np.linalg.norm(mixture)) == []


def test_one_total_of_two_prices_gives_neither() -> None:
    total = np.array([[3.0, 5.0]])
    assert follows(total, np.array([1.0, 0.0])) == []
    assert follows(total, np.array([0.0, 1.0])) == []
    assert follows(total, np.array([-6.0, -10.0])) == [0]


def test_a_total_that_is_almost_all_one_price_gives_it() -> None:
    assert follows(np.array([[1.0, 5e-4]]), np.array([1.0, 0.0])) == [0]
    assert follows(np.array([[1.0, 5e-2]]), np.array([1.0, 0.0])) == []


def test_two_totals_that_differ_little_still_give_both() -> None:
    totals = np.array([[1.0, 1.0], [1.0, 1.0001]])
    assert follows(totals, np.array([0.0, 1.0])) == [0, 1]


def test_what_does_not_move_tells_nothing() -> None:
    assert follows(np.array([[0.0, 0.0]]), np.array([1.0, 0.0])) == []
    assert follows(np.zeros((0, 2)), np.array([1.0, 0.0])) == []
    assert follows(np.array([[1.0, 0.0]]), np.zeros(2)) == []


def test_central_differences() -> None:
    x, steps, scale = np.array([2.0, 3.0]), np.array([1e-4, 1e-4]), np.array([2.0, 3.0])
    columns = np.repeat(x[:, None], 5, axis=1)
    columns[0, 1:3] += [1e-4, -1e-4]
    columns[1, 3:5] += [1e-4, -1e-4]
    product, constant = columns[0] * columns[1], np.full(5, 7.0)
    found = gradients(np.array([product, constant]), steps, scale)
    assert found[0] == pytest.approx([6.0, 6.0], rel=1e-9)  # each input times the other
    assert found[1].tolist() == [0.0, 0.0]
