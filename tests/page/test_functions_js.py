"""Every primitive in JavaScript against its numpy function, on a grid with its edges, in one call of Node."""

import warnings

import numpy as np
import pytest

from hecon.errors import ModelError
from hecon.evaluate.compile.arrays import flow_weight, interpolate, life_survivors, look_up
from hecon.evaluate.engine.cohort import terms_needed, thresholds, uniformise
from hecon.formula import vocabulary
from hecon.formula.functions import PRIMITIVES, primitive
from hecon.formula.javascript import spelled, to_javascript
from hecon.formula.parsing import parse
from hecon.inputs.parameter import Table
from hecon.page.functions_script import functions_script
from hecon.page.run_javascript import run_javascript

NAN, INF = np.nan, np.inf
ODD = [NAN, 0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -2.5, INF, -INF]
SIZES = [1e-300, 1e-20, 1e-9, 1e-3, 0.1, 0.3, 0.46, 0.47, 0.5, 0.6, 0.9, 1.4, 1.5, 1.6, 2.4, 2.5, 2.6, 4.0, 4.1, 5.7]
SIZES += [8.0, 9.9, 10.1, 17.3, 20.5, 30.0, 37.5, 50.0, 51.0, 100.0, 170.0, 171.0, 300.0, 700.0, 710.0, 1e5, 1e200]
REAL = np.array([*ODD, *SIZES, *(-x for x in SIZES)])
SHARES = np.array([0.0, 1e-300, 1e-100, 1e-17, 1e-9, 1e-5, 0.001, 0.02, 0.075, 0.0751, 0.3, 0.45, 0.5, 0.5 - 1e-9, 0.6])
SHARES = np.array([*SHARES, 0.9, 0.925, 0.99, 1 - 1e-6, 1 - 1e-12, 1 - 2**-53, 1.0, -0.1, 1.1, NAN, INF])
SHAPES = np.array(
    [1e-3, 0.01, 0.1, 0.3, 0.5, 0.9, 1.0, 1 + 1e-9, 1.3, 1.5, 2, 3, 5, 9.9, 10, 11, 33.3, 100, 400, 1e3, 1e4]
)
FACTORS = np.array([1e-300, 1e-100, 1e-10, 1e-3, 0.05, 0.4, 0.8, 0.95, 1, 1 + 1e-9, 1.05, 1.3, 1.6, 3, 10, 300])


def crossed(*axes):
    return [x.ravel() for x in np.meshgrid(*axes, indexing="ij")]


def gamma_grid():
    """x and shape: multiples of the shape, standard deviations around it, and what is out of range."""
    shape, factor = crossed(SHAPES, FACTORS)
    other, far = crossed(SHAPES, np.linspace(-36, 36, 25))
    x = np.concatenate([shape * factor, np.maximum(other + far * np.sqrt(other), 0.0), [0.0, INF, NAN, 1.0, -1.0]])
    return x, np.concatenate([shape, other, [2.0, 2.0, 0.5, NAN, 1.0]])


def grid(op):
    x, shape = gamma_grid()
    match op:
        case "where":
            return crossed(ODD, [NAN, 5.0], [NAN, 7.0])
        case "normal_ppf":
            return [SHARES]
        case "gamma_ppf":
            return crossed(SHARES[~((SHARES < 0) | (SHARES > 1))], SHAPES)  # scipy gives 0 for some below 0
        case "gamma_cdf" | "gamma_sf":
            return [x, shape]
        case "gamma_side" | "log_gamma_side" | "gamma_side_hazard":
            both = [np.concatenate([x, x]), np.concatenate([shape, shape])]
            return [*both, np.repeat([1.0, -1.0], len(x))]
        case "prentice_score" | "prentice_slope":
            near = [0.0, 1e-300, 1e-6, -1e-6, 0.01, -0.01, 0.0499999, -0.0499999, 0.05, 0.3]
            return crossed([*np.linspace(-40, 40, 33), 1e-9, INF, -INF, NAN], near)
        case "round":
            return [np.array([*REAL, 1.005, 2.5, -2.5, 1234.5]), np.array([0.0] * len(REAL) + [2, 0, 0, -2])]
    return crossed(ODD, ODD) if arity(op)[1] > 1 else [REAL]


def arity(op):
    return (vocabulary.OPERATORS | vocabulary.FUNCTIONS)[op]


NAMES = list(PRIMITIVES)


@pytest.fixture(scope="module")
def answers():
    """{primitive: (arguments, JavaScript's values, numpy's values)}, and the same of the spellings for sure numbers."""
    grids = {op: grid(op) for op in NAMES}
    rows = []
    for op, axes in grids.items():
        names = ["x", "y", "z"][: len(axes)]
        for sure in (False, True):
            text = spelled(op, names, sure=sure)
            rows.append(f"(data[{op!r}] ?? []).map(([{','.join(names)}]) => {text})")
    data = {op: np.stack(axes, axis=1).tolist() for op, axes in grids.items()}
    found = run_javascript(functions_script() + f"return [{','.join(rows)}];", data)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = {op: np.broadcast_to(PRIMITIVES[op].numpy(*axes), axes[0].shape) for op, axes in grids.items()}
    return {
        op: (grids[op], *(np.array(one, dtype=float) for one in found[2 * k : 2 * k + 2]), wanted[op])
        for k, op in enumerate(NAMES)
    }


def error(found, wanted):
    """The error relative to the value; 0 where both are not a number or beyond a double's full precision."""
    found, wanted = np.array(found, dtype=float), np.asarray(wanted, dtype=float)
    equal = (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    with np.errstate(all="ignore"):
        miss = np.abs(found - wanted) / np.maximum(np.abs(wanted), 1e-300)
    return np.where(equal, 0.0, np.where(np.isnan(miss), INF, miss))


# scipy itself keeps fewer digits here (60 digits say that the JavaScript is right): log_gamma beside its zero at 1, the
# gamma ratios far in the tails of shapes above 1,000, and Python's hazards, which take a density of large shape by logarithms
LOOSE = {"gamma_side_hazard": 3e-11, "gamma_ppf": 1e-11}
LOOSE |= dict.fromkeys(("gamma_cdf", "gamma_sf", "gamma_side", "log_gamma_side"), 1e-11)


@pytest.mark.parametrize("op", NAMES)
def test_a_primitive_is_numpy_s(op, answers):
    axes, found, _, wanted = answers[op]
    miss = error(found, wanted)
    worst = int(np.argmax(miss))
    where = [float(axis[worst]) for axis in axes]
    assert miss[worst] <= LOOSE.get(op, 1e-12), f"{op}{where}: JavaScript {found[worst]}, numpy {wanted[worst]}"


def test_a_spelling_for_sure_numbers_is_the_other_where_no_argument_is_none(answers):
    for op in NAMES:
        axes, found, sure, _ = answers[op]
        numbers = np.isfinite(axes).all(axis=0)
        assert (error(sure, found)[numbers] <= 1e-15).all(), op


def test_not_a_number_is_contagious(answers):
    for op in set(NAMES) - {"where", "prentice_score", "prentice_slope"}:
        axes, found, _, _ = answers[op]
        missing = np.isnan(axes).any(axis=0)
        assert missing.any(), op
        assert np.isnan(found[missing]).all(), op


def test_every_primitive_has_a_javascript_spelling():
    assert [op for op in NAMES if PRIMITIVES[op].javascript is None] == []


def test_one_without_a_spelling_is_refused_by_name():
    primitive("odd_one", numpy=lambda x: x)
    try:
        with pytest.raises(ModelError, match="'odd_one' has no JavaScript spelling"):
            to_javascript(parse("1 + odd_one(2)"))
    finally:
        del PRIMITIVES["odd_one"], vocabulary.FUNCTIONS["odd_one"]


FORMULAS = {
    "-x ** 2 + 2 ** 3 ** 2 - -y": -9 + 512 + 2,
    "x - (y - 4) - -1e-3": 3 - (2 - 4) + 1e-3,
    "(-x) ** 2 / y ** -1 / x ** (1 / 3)": 18 / 3 ** (1 / 3),
    "5 if x < y else 6 if not y > x and x == 3 else 7": 6,
    "where(0 / 0 < x, 5, 6)": NAN,
    "where(x, where(x > 2, 1, 0), 0) + (x <= 3) + (x != 3)": 2,
    "where(x > 5 or y > 1, round(x * 1.115, y), floor(x * 1.1))": 3.35,
    "(0 / 0) ** 0": NAN,
    "min(x, y, 0 / 0)": NAN,
    "max(x, y, -1)": 3,
    "discount_factor(0.05, y) * rate_to_prob(x, 0.5)": 1.05**-2 * -np.expm1(-1.5),
    "or_on_prob(0.2, x)": 0.6 / 1.4,
}


def test_formulas_by_hand():
    texts = [to_javascript(parse(text)) for text in FORMULAS]
    found = run_javascript(functions_script() + f"const x = 3, y = 2; return [{','.join(texts)}];")
    assert error(found, list(FORMULAS.values())).max() < 1e-14


def test_tables_and_weights():
    steps = np.array([40.0, 41.0, 43.0, 43.5])
    table = Table("life", "age", steps, {"q": np.array([0.1, 0.0, 0.3, 0.9])})
    x = np.array([39.9, 40 - 1e-10, 40, 40.5, 41 - 1e-10, 41, 42.3, 43.5, 43.9, 44.0, 45.5, 60, -1, NAN, INF, -INF])
    one = Table("one", "age", np.array([40.0]), {"q": np.array([0.1])})
    methods = ("start", "end", "half-cycle", "simpson", "darth-legacy", "darth-none")
    script = """
      const tables = [look_up, interpolate, life_survivors].map(f =>
        [f(...data.one, 40.5), ...data.x.map(x => f(...data.life, x))]);
      const weights = data.methods.map(method => [1, 2, 3, 4, 5, 6, 7].map(n =>
        [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8].map(k => flow_weight(method, k, n))));
      return {tables, weights};"""
    data = {
        "life": [steps.tolist(), table.columns["q"].tolist()],
        "one": [[40.0], [0.1]],
        "x": x.tolist(),
        "methods": methods,
    }
    found = run_javascript(functions_script() + script, data)
    for function, values in zip((look_up, interpolate, life_survivors), found["tables"], strict=True):
        with np.errstate(invalid="ignore"):
            wanted = [float(function(one, "q", 40.5)), *function(table, "q", x)]
        assert error(values, wanted).max() < 1e-14, function.__name__
    for method, by_cycles in zip(methods, found["weights"], strict=True):
        assert by_cycles == [flow_weight(method, np.arange(-1.0, 9.0), n).tolist() for n in range(1, 8)], method


def test_uniformisation_takes_python_s_terms():
    moves = {(0, 1): 1.0, (1, 0): 0.3, (1, 2): 0.4, (0, 2): 0.05}
    counted = [(0, 1), (1, 2)]
    factors = np.array([0.0, 1e-18, 1e-6, 0.1, 0.66, 6.4, 50.0, 150.0, 1e4, NAN])
    script = """
      return data.factors.map(factor => {
        const state = Float64Array.of(0.7, 0.2, 0.1), made = new Float64Array(2);
        const terms = uniformise(state, data.pairs, data.rates.map(r => r * factor), [0, 2], data.thresholds, made);
        return [terms, ...state, ...made]; });"""
    data = {"factors": factors.tolist(), "pairs": [k for pair in moves for k in pair], "rates": list(moves.values())}
    found = np.array(run_javascript(functions_script() + script, data | {"thresholds": thresholds()}))
    inside = factors < 200
    rates = {pair: rate * factors[inside] for pair, rate in moves.items()}
    state, made = uniformise([np.full(inside.sum(), x) for x in (0.7, 0.2, 0.1)], rates, counted, "here")
    assert found[inside, 0].tolist() == [terms_needed(1.05 * factor) for factor in factors[inside]]
    assert error(found[inside, 1:].T, [*state, *(made[pair] for pair in counted)]).max() < 1e-13
    assert found[~inside, 0].tolist() == [-1, -1]
    assert np.isnan(found[~inside, 1:]).all()
