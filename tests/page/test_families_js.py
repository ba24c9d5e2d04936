"""The formulas of every survival family in JavaScript against numpy's, over times and parameters, also beside Q = 0."""

import numpy as np
import pytest

from hecon.formula.families import FAMILIES
from hecon.formula.functions import PRIMITIVES
from hecon.formula.javascript import to_javascript
from hecon.formula.macros import expand
from hecon.formula.special import NEAR_ZERO
from hecon.formula.spline_families import spline
from hecon.formula.syntax import Name, Number, read
from hecon.page.functions_script import functions_script
from hecon.page.run_javascript import run_javascript

WHAT = ("survival", "cumulative", "hazard", "quantile", "mean", "restricted_mean")
TIMES = np.array([1e-6, 0.01, 0.3, 1.0, 2.5, 7.0, 30.0, 100.0])
SHARES = np.array([1e-6, 0.01, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-6])
Q = [0.0, 1e-12, 1e-3, 0.03, NEAR_ZERO * (1 - 1e-9), NEAR_ZERO, NEAR_ZERO * (1 + 1e-9), 0.06, 0.3, 1.0, 2.5]
PARAMETERS = {  # each family's own, all crossed
    "exponential": [[-3.0, 0.5]],
    "weibull": [[-1.0, 0.4], [-1.0, 2.0]],
    "weibullPH": [[-1.0, 0.4], [-2.0, 1.0]],
    "gompertz": [[-0.3, -1e-9, 0.0, 1e-9, 0.2], [-3.0, -1.0]],
    "lnorm": [[-1.0, 2.0], [-1.0, 0.5]],
    "llogis": [[-0.2, 0.5], [-1.0, 2.0]],
    "gamma": [[-2.0, 0.0, 3.0], [-3.0, 0.5]],
    "gengamma": [[0.5, 2.0], [-1.0, 0.3], [*Q, *(-q for q in Q)]],
}
KNOTS = (-1.0, 0.5, 2.0)
SPLINES = {f"spline {scale}": spline(scale, KNOTS) for scale in ("hazard", "odds", "normal")}


def numpy_s(tree, names):
    if isinstance(tree, Number):
        return np.asarray(tree.value)
    return (
        names[tree.name]
        if isinstance(tree, Name)
        else PRIMITIVES[tree.op].numpy(*(numpy_s(arg, names) for arg in tree.args))
    )


@pytest.fixture(scope="module")
def answers():
    """{(family, what): (JavaScript's values, numpy's values)} over all parameters and times."""
    scripts, data, wanted = [], {}, {}
    for name, kind in {**FAMILIES, **SPLINES}.items():
        axes = PARAMETERS.get(name, [[-2.0, 0.1], [0.7, 1.5], [-0.05, 0.0, 0.1]])
        grid = np.stack([x.ravel() for x in np.meshgrid(*axes, range(len(TIMES)), indexing="ij")])
        row = grid[-1].astype(int)
        names = dict(zip(kind.parameters, grid[:-1], strict=True)) | {"t": TIMES[row], "p": SHARES[row]}
        data[name] = np.stack(list(names.values()), axis=1).tolist()
        for what in WHAT:
            if formula := getattr(kind, what):
                with np.errstate(all="ignore"):
                    value = numpy_s(expand(read(formula)), names)
                wanted[name, what] = np.broadcast_to(value, row.shape)
                text = to_javascript(read(formula))
                scripts.append(f"data[{name!r}].map(([{','.join(names)}]) => {text})")
    found = run_javascript(functions_script() + f"return [{','.join(scripts)}];", data)
    return {key: (np.array(values, dtype=float), wanted[key]) for key, values in zip(wanted, found, strict=True)}


def test_every_family_is_on_the_grid():
    assert set(PARAMETERS) == set(FAMILIES)


@pytest.mark.parametrize("name", [*FAMILIES, *SPLINES])
def test_a_family_is_numpy_s(name, answers):
    for what in WHAT:
        if (name, what) in answers:
            found, wanted = answers[name, what]
            with np.errstate(invalid="ignore"):
                miss = np.where(found == wanted, 0.0, np.abs(found - wanted) / np.maximum(np.abs(wanted), 1e-300))
            both_none = np.isnan(found) & np.isnan(wanted)
            assert (both_none | (miss < 1e-11)).all(), (what, found[~(miss < 1e-11)], wanted[~(miss < 1e-11)])
