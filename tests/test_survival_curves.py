"""Fitted curves side by side, asked for numbers, written to the table `curves` and drawn."""

import numpy as np
import pytest

from hecon.errors import InputError
from hecon.figures.survival_figures import survival_page
from hecon.inputs.curves_table import Curve, curves_from_rows, read_curves, write_curves
from hecon.survival.compare import compare, hazard_at, survival_at
from hecon.survival.data import survival_data
from hecon.survival.family import STANDARD
from hecon.survival.fit import fit_all, fit_curve


def trial(n):
    """Log-normal times, censored uniformly from 4 to 14 years."""
    rng = np.random.default_rng(6)
    event_time, censoring = rng.lognormal(1.5, 0.8, n), rng.uniform(4, 14, n)
    return np.minimum(event_time, censoring), event_time <= censoring


def test_fit_all_and_comparison():
    time, event = trial(300)
    data = survival_data(time, event)
    fits, failed = fit_all(data)
    assert list(fits) == list(STANDARD)
    assert not failed
    rows = compare(fits.values(), landmarks=[2, 10], until=20)
    assert [row["aic"] for row in rows] == sorted(row["aic"] for row in rows)
    assert sum(row["aic_weight"] for row in rows) == pytest.approx(1)
    assert rows[0]["S(2)"] == pytest.approx(survival_at(fits[rows[0]["family"]], 2)[0])
    # nesting: a family is never less likely than its special case
    for special_case in ("weibull", "lnorm", "gamma"):
        assert fits["gengamma"].loglik >= fits[special_case].loglik - 1e-7
    other = fit_curve(data.subset(time < 5), "weibull")
    with pytest.raises(InputError, match="AIC compares fits of the same data only"):
        compare([fits["weibull"], other], [1], 10)


def test_asking_a_curve():
    time, event = trial(100)
    fit = fit_curve(survival_data(time, event, covariates={"arm": np.arange(100) % 2}), "weibull")
    with pytest.raises(InputError, match="say the value of covariate 'arm', for instance"):
        survival_at(fit, 1)
    with pytest.raises(InputError, match="covariate 'arms' is not in the fit; did you mean 'arm'"):
        survival_at(fit, 1, {"arms": 1})
    with pytest.raises(InputError, match="negative time"):
        survival_at(fit, -1, {"arm": 0})
    with pytest.raises(InputError, match="hazard at time 0"):
        hazard_at(fit, 0, {"arm": 0})


def test_curves_table_returns_what_was_written(tmp_path):
    time, event = trial(200)
    data = survival_data(time, event, covariates={"arm": np.arange(200) % 2})
    fits = {name: fit_curve(data, name) for name in ("exponential", "gengamma", "spline odds 2")}
    write_curves(tmp_path / "curves.csv", [Curve("os", fits, "spline odds 2")])
    curve = read_curves(tmp_path / "curves.csv")["os"]
    assert curve.selected == "spline odds 2"
    for name, fit in fits.items():
        again = curve.fits[name]
        assert (again.names, again.knots, again.n, again.loglik) == (fit.names, fit.knots, fit.n, fit.loglik)
        np.testing.assert_array_equal(again.estimates, fit.estimates)
        np.testing.assert_array_equal(again.covariance, fit.covariance)
    assert curve.select("gengamma").fit.family == "gengamma"
    with pytest.raises(InputError, match=r"curve 'os' has no family 'gengama'; did you mean 'gengamma'\?"):
        curve.select("gengama")


def test_curves_table_faults_have_cells():
    first = {"curve": "os", "family": "weibull", "selected": "yes", "parameter": "shape", "estimate": "0.1", "knot": ""}
    rows = [
        first | {"cov_1": "0.04", "cov_2": "0.05"},
        first | {"parameter": "scale", "cov_1": "0.05", "cov_2": "0.04"},
    ]
    with pytest.raises(InputError, match=r"curves!G2 \(os, weibull\): the covariance is not positive definite"):
        curves_from_rows(rows)
    for change, message in [
        ({"cov_1": "0.01"}, r"curves!H2 \(os, weibull\): the covariance is not symmetric: 0.05 here, 0.01 across"),
        ({"cov_1": "0.01", "cov_2": "x"}, r"curves!H3 \(os, weibull\): is not a number: 'x'"),
        ({"parameter": "rate"}, "parameters must be shape, scale in this order"),
        ({"selected": "perhaps"}, r"curves!C2 \(os, weibull\): write yes, no or a weight"),
        ({"family": "weibul"}, "unknown family 'weibul'; did you mean 'weibull'"),
    ]:
        with pytest.raises(InputError, match=message):
            curves_from_rows([rows[0], rows[1] | change])
    with pytest.raises(InputError, match="no families are selected; write yes for exactly one of weibull"):
        curves_from_rows([row | {"selected": "no"} for row in rows])
    with pytest.raises(InputError, match="column 'cov_1' is missing"):
        curves_from_rows([first])
    zero = [row | {"cov_1": "0", "cov_2": "0"} for row in rows]
    assert curves_from_rows(zero)["os"].fit.covariance.tolist() == [[0, 0], [0, 0]]


def test_page_of_figures(tmp_path):
    time, event = trial(150)
    data = survival_data(time, event)
    page = survival_page(data, [fit_curve(data, name) for name in ("weibull", "lnorm")], horizon=40)
    page.savefig(tmp_path / "page.png", dpi=50)
    assert (tmp_path / "page.png").stat().st_size > 10_000
    assert [line.get_label() for line in page.axes[0].get_lines()] == ["Kaplan-Meier", "weibull", "lnorm"]
    assert page.axes[3].get_xlim()[1] >= 40


def test_a_table_without_splines_needs_no_column_of_knots() -> None:
    row = {
        "curve": "os",
        "family": "exponential",
        "selected": "yes",
        "parameter": "rate",
        "estimate": "-2",
        "cov_1": "0",
    }
    assert curves_from_rows([row])["os"].fit.estimates.tolist() == [-2.0]
    spline = [{**row, "family": "spline hazard 0", "parameter": f"gamma{k}", "cov_2": "0"} for k in range(2)]
    with pytest.raises(InputError, match="a spline needs a knot"):
        curves_from_rows(spline)
