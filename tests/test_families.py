"""Survival families as formulas: published vectors, the same numbers as the fitting code, properties, and Excel's spelling."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hecon
from hecon.errors import ModelError
from hecon.evaluate.compile.fitted_curves import curve_free
from hecon.formula.excel import to_excel
from hecon.formula.special import NEAR_ZERO
from hecon.formula.special_excel import SPELLINGS
from hecon.formula.syntax import Call, Name, Node, Number, parse
from hecon.inputs.curves_table import Curve, curve_rows
from hecon.survival.compare import mean_survival
from hecon.survival.density import terms
from hecon.survival.family import BASES, family
from hecon.survival.fit import CurveFit

VECTORS = json.loads(Path(__file__).with_name("vectors").joinpath("survival.json").read_text())
TIMES = np.array([1e-6, 1e-3, 0.1, 0.5, 1.0, 3.0, 10.0, 50.0, 200.0])
LOG = np.log
NAMED: dict[str, tuple[str, list[float]]] = {
    "exponential(rate=.1)": ("exponential", [LOG(0.1)]),
    "weibull AFT(shape=1.5,scale=8)": ("weibull", [LOG(1.5), LOG(8)]),
    "weibull PH(shape=1.5,lambda=8^-1.5)": ("weibullPH", [LOG(1.5), -1.5 * LOG(8)]),
    "gompertz(shape=.1,rate=.05)": ("gompertz", [0.1, LOG(0.05)]),
    "gompertz(shape=-.1,rate=.05)": ("gompertz", [-0.1, LOG(0.05)]),
    "lognormal(meanlog=1.5,sdlog=.8)": ("lnorm", [1.5, LOG(0.8)]),
    "loglogistic(shape=2,scale=6)": ("llogis", [LOG(2), LOG(6)]),
    "gamma(shape=2,rate=.3)": ("gamma", [LOG(2), LOG(0.3)]),
    "gengamma(mu=1.8,sigma=.7,Q=.5)": ("gengamma", [1.8, LOG(0.7), 0.5]),
    "gengamma(mu=1.8,sigma=.7,Q=-.5)": ("gengamma", [1.8, LOG(0.7), -0.5]),
    "gengamma(mu=1.8,sigma=.7,Q=0)=lnorm": ("gengamma", [1.8, LOG(0.7), 0.0]),
    "gengamma(mu=ln8,sigma=1/1.5,Q=1)=weibull": ("gengamma", [LOG(8), -LOG(1.5), 1.0]),
}


def curve_book(name: str, theta: Any, knots: tuple[float, ...] = ()) -> hecon.Book:
    """A book with one curve `os` of a family with these estimates (transformed scale) and no uncertainty."""
    kind = family(name, knots or None)
    names = tuple(parameter for parameter, _ in kind.parameters)
    fit = CurveFit(kind.name, names, np.asarray(theta, dtype=float), np.zeros((len(names),) * 2), knots=kind.knots)
    return hecon.make_book("demo", [], curves=tuple(curve_rows([Curve("os", {kind.name: fit}, kind.name)])))


def value(book: hecon.Book, text: str, **names: Any) -> Any:
    """A formula with curves, at the book's values."""
    tree = curve_free(book, ())(parse(text))
    return hecon.evaluate_formula(tree, **{name: one.value for name, one in book.parameters.items()}, **names)


def random_theta(name: str, rng: np.random.Generator) -> list[float]:
    kind = family(name)
    theta = rng.normal(0, 1.2, len(kind.parameters))
    if kind.base == "gompertz":
        theta[0] = rng.normal(0, 0.3)
    if kind.base == "gengamma":
        theta[2] = rng.choice([rng.normal(0, 1), rng.normal(0, NEAR_ZERO)])
    return [float(x) for x in theta]


@pytest.mark.parametrize("key", NAMED)
def test_vectors_of_the_methods(key: str) -> None:
    """methods 3.1; hazards and restricted means there are numerical, good to about 1e-9."""
    book, want = curve_book(*NAMED[key]), VECTORS[key]
    for time in (1, 5, 20):
        assert value(book, f"survival(os, {time})") == pytest.approx(want[f"S({time})"], rel=1e-12)
    assert value(book, "hazard(os, 5)") == pytest.approx(want["h(5)"], rel=1e-8)
    assert value(book, "restricted_mean(os, 10)") == pytest.approx(want["RMST(10)"], rel=1e-9)
    mean = np.inf if want["mean"] == "inf" else want["mean"]
    assert value(book, "mean_survival(os)") == pytest.approx(mean, rel=1e-9)
    median = np.inf if want["median"] is None else want["median"]
    assert value(book, "quantile(os, 0.5)") == pytest.approx(median, rel=1e-9)
    assert value(book, "survival(os, 0)") == 1
    assert value(book, "cumulative_hazard(os, 0)") == 0


def test_splines_of_the_methods() -> None:
    """methods 3.2: knots 0, 1, 2.5 in log time, gamma = (-3, 1.2, 0.1)."""
    want = VECTORS["royston_parmar hazard scale knots(log t)=[0,1,2.5], gamma=[-3,1.2,.1]"]
    book = curve_book("spline hazard 1", [-3, 1.2, 0.1], (0.0, 1.0, 2.5))
    for time in ("0.5", "1", "5", "10", "20"):
        assert value(book, f"survival(os, {time})") == pytest.approx(want[f"S({time})"], rel=1e-12)
    assert value(book, "hazard(os, 5)") == pytest.approx(want["h(5)=eta'*exp(eta)"], rel=1e-12)
    for scale in ("odds", "normal"):
        other = curve_book(f"spline {scale} 1", [-3, 1.2, 0.1], (0.0, 1.0, 2.5))
        assert value(other, "survival(os, 5)") == pytest.approx(want[f"{scale} scale S(5)"], rel=1e-12)
    # beyond the last knot log cumulative hazard is a straight line in log time
    far = np.log(value(book, "cumulative_hazard(os, t)", t=np.array([20.0, 40.0, 80.0])))
    assert np.diff(far) / np.log(2) == pytest.approx([want["slope beyond last knot"]] * 2, rel=1e-10)


def test_cures_of_the_methods() -> None:
    """methods 3.3: cure 0.3, uncured Weibull of shape 1.2 and scale 3, at 5 years."""
    want = VECTORS["cure pi=.3, uncured weibull AFT shape 1.2 scale 3"]
    theta = [LOG(1.2), LOG(3), LOG(0.3 / 0.7)]
    for cure, word in (("mixture", "mixture"), ("non-mixture", "nonmixture")):
        book = curve_book(f"weibull {cure} cure", theta)
        expected = {key.split("=")[0].split()[1]: x for key, x in want.items() if key.startswith(f"{word} ")}
        assert value(book, "survival(os, 5)") == pytest.approx(expected["S(5)"], rel=1e-12)
        assert value(book, "hazard(os, 5)") == pytest.approx(expected["h(5)"], rel=1e-9)
        assert value(book, "quantile(os, 0.71)") == np.inf
        half = value(book, "quantile(os, 0.5)")
        assert value(book, "survival(os, t)", t=half) == pytest.approx(0.5, rel=1e-12)
    book = curve_book("weibull mixture cure", theta)
    relative = want["relative-survival mixture with bg hazard .02: S_all(5)"]
    assert value(book, "with_background(survival(os, 5), exp(-0.02 * 5))") == pytest.approx(relative, rel=1e-12)


def test_piecewise_exponential_by_hand() -> None:
    """Rates 0.1 to year 2, 0.3 to year 5, 0.2 for good: H(6) = 0.2 + 0.9 + 0.2."""
    book = curve_book("piecewise 2", LOG([0.1, 0.3, 0.2]), (2.0, 5.0))
    assert book.parameters["os_piecewise_2_cut1"].value == 2
    assert value(book, "cumulative_hazard(os, 6)") == pytest.approx(1.3)
    assert value(book, "survival(os, 1)") == pytest.approx(np.exp(-0.1))
    assert value(book, "hazard(os, t)", t=np.array([1.0, 3.0, 9.0])) == pytest.approx([0.1, 0.3, 0.2])
    for p in (0.1, 0.5, 0.9):
        assert value(book, "survival(os, quantile(os, p))", p=p) == pytest.approx(1 - p)
    first, second = (1 - np.exp(-0.2)) / 0.1, np.exp(-0.2) * (1 - np.exp(-0.9)) / 0.3
    assert value(book, "restricted_mean(os, 5)") == pytest.approx(first + second)
    assert value(book, "mean_survival(os)") == pytest.approx(first + second + np.exp(-1.1) / 0.2)


@pytest.mark.parametrize("cure", ["", " mixture cure", " non-mixture cure"])
@pytest.mark.parametrize("base", [*BASES, "piecewise 2"])
def test_same_as_the_density_used_for_fitting(base: str, cure: str) -> None:
    """Survival to 1e-10; log survival and hazard to 1e-7 where survival is above 1e-15."""
    rng = np.random.default_rng(5)
    knots = (0.7, 4.0) if base.startswith("piecewise") else ()
    for _ in range(12):
        kind = family(base + cure, knots or None)
        theta = random_theta(base + cure, rng)
        book = curve_book(base + cure, theta, knots)
        log_s, log_h, *_ = terms(kind, np.array(theta)[:, None], TIMES)
        assert value(book, "survival(os, t)", t=TIMES) == pytest.approx(np.exp(log_s), abs=1e-10, rel=1e-8)
        seen = (log_s > -34) & (log_h > -400) & (-log_s > 1e-6)
        assert value(book, "cumulative_hazard(os, t)", t=TIMES)[seen] == pytest.approx(-log_s[seen], rel=1e-7)
        hazard = np.broadcast_to(value(book, "hazard(os, t)", t=TIMES), TIMES.shape)
        assert hazard[seen] == pytest.approx(np.exp(log_h[seen]), rel=1e-6)


ESTIMATE = st.floats(-2.5, 2.5)
ALL = [base + cure for base in BASES for cure in ("", " mixture cure", " non-mixture cure")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ALL), st.lists(ESTIMATE, min_size=4, max_size=4))
def test_survival_begins_at_1_never_rises_and_is_the_exponential_of_its_hazard(name: str, theta: list[float]) -> None:
    theta = theta[: len(family(name).parameters)]
    book = curve_book(name, [theta[0] / 5, *theta[1:]] if name.startswith("gompertz") else theta)
    times = np.concatenate([[0.0], np.geomspace(1e-6, 200, 60)])
    survival, cumulative = value(book, "survival(os, t)", t=times), value(book, "cumulative_hazard(os, t)", t=times)
    assert survival[0] == 1
    assert np.isfinite(survival).all()
    assert (np.diff(survival) <= 1e-12).all()
    assert ((survival >= 0) & (survival <= 1 + 1e-15)).all()
    assert np.isfinite(cumulative).all()
    assert np.exp(-cumulative) == pytest.approx(survival, abs=1e-11, rel=1e-7)
    assert np.isfinite(value(book, "hazard(os, t)", t=times[1:])).all()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["hazard", "odds", "normal"]), ESTIMATE, st.floats(0.2, 3), st.floats(-0.02, 0.02))
def test_splines_have_the_same_properties(scale: str, start: float, slope: float, bend: float) -> None:
    knots = (-1.0, 0.5, 2.5)
    log_times = np.linspace(-14, 6, 300)
    book = curve_book(f"spline {scale} 1", [start, slope, bend], knots)
    survival = value(book, "survival(os, t)", t=np.exp(log_times))
    cumulative = value(book, "cumulative_hazard(os, t)", t=np.exp(log_times))
    assert (np.diff(survival) <= 1e-12).all()
    assert np.exp(-cumulative) == pytest.approx(survival, abs=1e-12, rel=1e-7)
    assert (value(book, "hazard(os, t)", t=np.exp(log_times)) >= 0).all()


def test_near_zero_q_has_no_seam() -> None:
    for sign in (1, -1):
        pair = [curve_book("gengamma", [1.0, -0.4, sign * (NEAR_ZERO + step)]) for step in (-1e-9, 1e-9)]
        for text in ("survival(os, t)", "cumulative_hazard(os, t)", "hazard(os, t)", "restricted_mean(os, t)"):
            near, far = (value(book, text, t=TIMES[2:6]) for book in pair)
            assert near == pytest.approx(far, rel=1e-7)
        for text in ("quantile(os, 0.1)", "quantile(os, 0.99)", "mean_survival(os)"):
            assert value(pair[0], text) == pytest.approx(value(pair[1], text), rel=1e-7)


@pytest.mark.parametrize("name", [*BASES, "weibull mixture cure", "lnorm non-mixture cure"])
def test_quantiles_undo_survival(name: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        theta = [x / 2 for x in random_theta(name, rng)]
        book = curve_book(name, [*theta[:-1], -3.0] if "cure" in name else theta)
        if name == "gompertz" and theta[0] < 0:
            continue
        for p in (0.001, 0.3, 0.9):
            assert value(book, "survival(os, quantile(os, p))", p=p) == pytest.approx(1 - p, abs=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_restricted_means_against_fine_quadrature(name: str) -> None:
    rng = np.random.default_rng(4)
    for _ in range(4):
        theta = [x / 2 for x in random_theta(name, rng)]
        book, kind = curve_book(name, theta), family(name)
        fit = CurveFit(name, tuple(p for p, _ in kind.parameters), np.array(theta), np.zeros((len(theta),) * 2))
        for until in (2.0, 30.0):
            mine = value(book, "restricted_mean(os, t)", t=until)
            assert mine == pytest.approx(mean_survival(fit, until), abs=1e-9 * until)


def test_restricted_means_of_splines() -> None:
    knots = (-1.0, 0.5, 2.0)
    for scale in ("hazard", "odds", "normal"):
        book = curve_book(f"spline {scale} 1", [-1.0, 1.1, 0.03], knots)
        names = ("gamma0", "gamma1", "gamma2")
        fit = CurveFit(f"spline {scale} 1", names, np.array([-1.0, 1.1, 0.03]), np.zeros((3, 3)), knots=knots)
        for until in (0.2, 1.0, 4.0, 40.0):
            mine = value(book, "restricted_mean(os, t)", t=until)
            assert mine == pytest.approx(mean_survival(fit, until), abs=2e-9 * until)


def test_what_has_no_closed_form_is_said() -> None:
    spline = curve_book("spline hazard 1", [-3, 1.2, 0.1], (0.0, 1.0, 2.5))
    with pytest.raises(ModelError, match=r"quantile\(os\): 'spline hazard 1' has no closed form for it"):
        value(spline, "quantile(os, 0.5)")
    with pytest.raises(
        ModelError, match=r"mean_survival\(os\): 'spline hazard 1' .* use restricted_mean\(curve, years\)"
    ):
        value(spline, "mean_survival(os)")
    cured = curve_book("weibull mixture cure", [0.1, 1.0, -1.0])
    with pytest.raises(ModelError, match="the mean of 'weibull mixture cure' is infinite, for a share is cured"):
        value(cured, "mean_survival(os)")
    with pytest.raises(ModelError, match=r"there is no curve 'oss'; did you mean 'os'\? \(curves: os\)"):
        value(cured, "survival(oss, 1)")
    # a mean that is infinite for these values only comes out infinite
    assert value(curve_book("llogis", [-0.1, 1.0]), "mean_survival(os)") == np.inf
    assert value(curve_book("gengamma", [1.0, 0.5, -1.5]), "mean_survival(os)") == np.inf


def test_effects_of_the_methods() -> None:
    """methods 3.6: log-logistic of shape 2 and scale 6 at 5 years."""
    want = VECTORS["treatment effect on loglogistic(2,6) at t=5"]
    book = curve_book("llogis", [LOG(2), LOG(6)])
    keys = {
        "HR .7 => S^HR": "with_hazard_ratio(survival(os, 5), 0.7)",
        "time ratio 1.3 => S(t/1.3)": "with_time_ratio(os, 5, 1.3)",
        "OR .7 on failure odds": "with_odds_ratio(survival(os, 5), 0.7)",
    }
    for key, text in keys.items():
        assert value(book, text) == pytest.approx(want[key], rel=1e-12)
    joined = value(book, "joined(0.9, 0.8, os, t, 2)", t=np.array([1.0, 2.0, 5.0]))
    tail = value(book, "survival(os, 5) / survival(os, 2)")
    assert joined == pytest.approx([0.9, 0.9, 0.8 * tail])
    assert value(book, "mixed(0.25, survival(os, 5), 1)") == pytest.approx(0.75 + 0.25 * 0.5901639344262294)


def test_integrals_of_waning_ratios() -> None:
    """methods 3.6: hazard 0.1, ratio 0.6 to year 3 and 1 from year 6; survival at 10 is exp(-0.1 K(10))."""
    want = VECTORS["waning: control h=.1, HR .6 to t=3, gone at 6; S(10)"]
    formulas = {
        "abrupt": "wane_abrupt(0.6, t, 3)",
        "linearHR": "wane_linear(0.6, t, 3, 6)",
        "linear_logHR": "wane_log_linear(0.6, t, 3, 6)",
    }
    for key, text in formulas.items():
        assert np.exp(-0.1 * hecon.evaluate_formula(text, t=10.0)) == pytest.approx(want[key], rel=1e-10)
        # the same as the sum of the ratio over fine steps, at any time
        grid = (np.arange(90_000) + 0.5) / 10_000
        share = np.clip((grid - 3) / 3, 0, 1)
        ratio = {
            "abrupt": np.where(grid < 3, 0.6, 1),
            "linearHR": 0.6 + 0.4 * share,
            "linear_logHR": 0.6 ** (1 - share),
        }
        for time in (2.0, 4.5, 9.0):
            assert hecon.evaluate_formula(text, t=time) == pytest.approx(
                ratio[key][grid < time].sum() / 10_000, abs=1e-6
            )
    assert hecon.evaluate_formula("wane_log_linear(r, 10, 3, 6)", r=1.0) == pytest.approx(
        10
    )  # a ratio of 1 changes nothing


def test_waning_and_background_in_a_model() -> None:
    """methods 3.4 and 3.6 cycle by cycle. Monthly waning is exact; the floor is by the mean background rate of a day."""
    curves = curve_book("exponential", [LOG(0.1)]).curves

    def at(report: dict[str, str], cycle: str, horizon: str, let: dict[str, str]) -> dict[str, float]:
        model = hecon.PartitionedSurvival(
            ("alive", "dead"), {"alive": "survival(os, t)"}, "error", cycle, horizon, "half-cycle", "mid", let=let,
            report=report, title="Shapes", strategies=[hecon.Strategy("one")],
            discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
        )  # fmt: skip
        found = hecon.run(model, hecon.make_book("shapes", [], curves=curves).base()).kept["reports"]
        return {name: float(found["one", name][0]) for name in report}

    want = VECTORS["waning: control h=.1, HR .6 to t=3, gone at 6; S(10)"]
    let = {
        "h": "cumulative_hazard(os, t)",
        "s_abrupt": "waned(h, wane_abrupt(0.6, t, 3))",
        "s_linear": "waned(h, wane_linear(0.6, t, 3, 6))",
        "s_log": "waned(h, wane_log_linear(0.6, t, 3, 6))",
    }
    report = {name: f"at({name}, 10)" for name in ("s_abrupt", "s_linear", "s_log")}
    found = at(report, "1 month", "12 years", let)
    assert found["s_abrupt"] == pytest.approx(want["abrupt"], rel=1e-10)
    assert found["s_linear"] == pytest.approx(want["linearHR"], rel=1e-10)
    assert found["s_log"] == pytest.approx(want["linear_logHR"], rel=1e-10)

    want = VECTORS["background: exp hazard .05 vs Gompertz bg .01*exp(.09 t), t=30"]
    let = {
        "h_background": "0.01 / 0.09 * (exp(0.09 * t) - 1)",
        "r_mean": "(next(h_background) - h_background) / cycle_years",
        "s_model": "exp(-0.05 * t)",
        "s_floor": "hazard_floor(0.05 * t, r_mean)",
        "s_cap": "survival_cap(s_model, exp(-h_background))",
        "s_added": "with_background(s_model, exp(-h_background))",
    }
    found = at({name: f"at({name}, 30)" for name in let if name.startswith("s_")}, "1 week", "40 years", let)
    assert found["s_model"] == pytest.approx(want["no floor S(30)"], rel=1e-9)
    assert found["s_cap"] == pytest.approx(want["survival-cap min(S,Sbg) S(30)"], rel=1e-9)
    assert found["s_added"] == pytest.approx(want["additive excess hazard S(30)"], rel=1e-9)
    assert found["s_floor"] == pytest.approx(
        want["hazard floor max(h,bg) S(30)"], rel=1e-5
    )  # one week holds the crossing


class Sheet:
    """A spreadsheet in which a special function and its arguments get cells of their own, as in a workbook of hecon."""

    def __init__(self) -> None:
        self.book = pytest.importorskip("formualizer").Workbook()
        self.book.add_sheet("S")
        self.rows = 0
        self.known: dict[Node, str] = {}

    def add(self, what: float | str) -> str:
        """The address of a new cell with a number or a formula."""
        self.rows += 1
        if isinstance(what, str):
            self.book.set_formula("S", self.rows, 1, "=" + what)
        else:
            self.book.set_value("S", self.rows, 1, what)
        return f"$A${self.rows}"

    def cell(self, tree: Node) -> str:
        """The address of a cell that holds a tree."""
        if tree not in self.known:
            self.known[tree] = self.add(to_excel(self.short(tree), lambda node: self.known[node]))
        return self.known[tree]

    def short(self, tree: Node) -> Node:
        """The tree with special functions replaced by the cells that hold them."""
        if not isinstance(tree, Call):
            return tree
        args = tuple(self.short(arg) for arg in tree.args)
        if tree.op not in SPELLINGS:
            return Call(tree.op, args)
        names = [arg if isinstance(arg, Number) else Name(self.cell(arg)) for arg in args]
        self.known |= {name: name.name for name in names if isinstance(name, Name)}
        home = Name(self.cell_of(Call(tree.op, tuple(names))))
        self.known[home] = home.name
        return home

    def cell_of(self, call: Call) -> str:
        """The address of a special function of cells."""
        if call not in self.known:
            self.known[call] = self.add(to_excel(call, lambda node: self.known[node]))
        return self.known[call]


@pytest.mark.parametrize(
    "name", [*BASES, "weibull mixture cure", "gompertz non-mixture cure", "spline odds 1", "piecewise 1"]
)
def test_excel_spelling_gives_the_same_numbers(name: str) -> None:
    """Through a spreadsheet engine, to 1e-10 (quantiles near Q = 0 too); hazards where survival is above 1e-9."""
    sheet, rng = Sheet(), np.random.default_rng(8)
    knots = {"spline odds 1": (-1.0, 0.5, 2.0), "piecewise 1": (2.0,)}.get(name, ())
    asked: list[tuple[str, Any, str]] = []
    for k in range(8):
        theta = [x / 2 for x in random_theta(name, rng)] if not name.startswith("spline") else [-1.0, 1.1, 0.02 * k]
        book = curve_book(name, theta, knots)
        sheet.known = {Name(one): sheet.add(found.value) for one, found in book.parameters.items()}
        texts = [f"{op}(os, {t})" for op in ("survival", "cumulative_hazard", "hazard") for t in (0.01, 0.7, 4.0)]
        texts += [] if name.startswith("spline") else ["quantile(os, 0.4)"]
        texts += [] if "cure" in name or name.startswith("spline") else ["mean_survival(os)"]
        if name not in (
            "gompertz",
            "llogis",
            "gengamma",
            "spline odds 1",
            "gompertz non-mixture cure",
        ):  # sums of 48 terms
            texts.append("restricted_mean(os, 3)")
        for text in texts:
            expected = value(book, text)
            hidden = "hazard" in text and value(book, f"survival{text[text.index('(') :]}") < 1e-9
            if np.isfinite(expected) and not hidden:
                asked.append((f"{text} at {theta}", expected, sheet.cell(curve_free(book, ())(parse(text)))))
    sheet.book.evaluate_all()
    for what, expected, cell in asked:
        found = sheet.book.get_value("S", int(cell[3:]), 1)
        assert found == pytest.approx(float(expected), rel=1e-10, abs=1e-13), what
