"""The covariance of curves put through check-points: by hand, against solving drawn check-points again, and refusals."""

import numpy as np
import pytest

from hecon.errors import InputError
from hecon.survival.density import terms
from hecon.survival.landmark_covariance import checkpoint_covariance, with_spread
from hecon.survival.landmarks import checkpoints
from hecon.survival.through_landmarks import solve_checkpoints


def test_the_covariance_of_check_points_by_hand() -> None:
    # 100 at risk, then 50: var log S1 = .2/.8/100 = .0025; var log S2 = .0025 + .25/.75/50 = .0091667
    spread = checkpoint_covariance(checkpoints("os", [1, 2], [0.8, 0.6], at_risk=[100, 50]))
    wanted = [[0.64 * 0.0025, 0.48 * 0.0025], [0.48 * 0.0025, 0.36 * (0.0025 + 1 / 150)]]
    assert spread == pytest.approx(np.array(wanted), rel=1e-12)


def test_a_curve_through_its_check_points_gives_their_spread_back() -> None:
    points = checkpoints("os", [1.0, 2.0, 4.0], [0.76, 0.61, 0.546], at_risk=[180, 137, 55])
    curve = with_spread(solve_checkpoints(points, "weibull mixture cure"), points)
    log_s, _, slopes, _ = terms(curve.of, curve.estimates[:, None], points.time)
    by_parameter = (np.exp(log_s) * slopes).T
    assert by_parameter @ curve.covariance @ by_parameter.T == pytest.approx(checkpoint_covariance(points), rel=1e-6)


def test_drawn_coefficients_spread_as_solving_drawn_check_points_again() -> None:
    rng = np.random.default_rng(1)
    points = checkpoints("os", [1.0, 3.0], [0.6, 0.3], at_risk=[400, 240])
    curve = with_spread(solve_checkpoints(points, "weibull"), points)
    drawn = np.cumprod([rng.binomial(400, 0.6, 300) / 400, rng.binomial(240, 0.5, 300) / 240], axis=0)
    solved = [solve_checkpoints(checkpoints("os", points.time, pair), "weibull").estimates for pair in drawn.T]
    assert np.cov(np.array(solved).T) == pytest.approx(curve.covariance, rel=0.25, abs=1e-4)


def test_more_check_points_than_parameters_narrow_the_curve() -> None:
    two = checkpoints("os", [1.0, 2.0], [0.8, 0.64], at_risk=[100, 80])
    one = checkpoints("os", [1.0], [0.8], at_risk=[100])
    wide, narrow = (with_spread(solve_checkpoints(points, "exponential"), points) for points in (one, two))
    assert narrow.covariance[0, 0] < wide.covariance[0, 0]


def test_a_fixed_parameter_keeps_no_spread() -> None:
    points = checkpoints("os", [1.0, 2.0], [0.7, 0.6], at_risk=[100, 70])
    curve = solve_checkpoints(points, "weibull mixture cure", fixed={"cure": 0.5})
    spread = with_spread(curve, points, fixed=("cure",)).covariance
    assert not spread[2].any()
    assert (np.diag(spread)[:2] > 0).all()


def test_what_is_not_determined_is_refused() -> None:
    points = checkpoints("os", [1.0, 2.0], [0.7, 0.6], at_risk=[100, 70])
    curve = solve_checkpoints(points, "weibull mixture cure", fixed={"cure": 0.5})
    with pytest.raises(InputError, match="do not determine shape, scale, cure"):
        with_spread(curve, points)
    bare = checkpoints("os", [1.0, 2.0], [0.7, 0.6])
    solved = solve_checkpoints(bare, "weibull")
    with pytest.raises(InputError, match="give numbers at risk"):
        with_spread(solved, bare)
