"""The special functions of survival curves as Excel formulas, written in the formula language over older functions only.

Excel's EXP fails above 709, its LN at 0, and 1 - GAMMADIST loses its digits in the tail: hence the branches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

from hecon.formula.special import NEAR_ZERO, SCORE_A, SCORE_B, SCORE_C, SCORE_D

LOG_ROOT_2PI = 0.9189385332046727
EULER = 0.5772156649015329


def _series(values: Sequence[float], of: str) -> str:
    """A polynomial by Horner's rule.

    >>> _series((1.0, 0.5, 0.25), "y")
    '1.0 + y * (0.5 + y * (0.25))'
    """
    text = f"{values[-1]!r}"
    for value in values[-2::-1]:
        text = f"{value!r} + {of} * ({text})"
    return text


def _fraction(terms: int) -> str:
    """Legendre's continued fraction of the upper incomplete gamma function, so many terms of it."""
    text = "0"
    for k in range(terms, 0, -1):
        text = f"{k} * ({k} - shape) / (x + {2 * k + 1} - shape - {text})"
    return text


def _rising(terms: int) -> str:
    """1 + x / (shape + 1) + x^2 / (shape + 1)(shape + 2) + ..., so many terms of it."""
    text = "1"
    for k in range(terms, 0, -1):
        text = f"(1 + x / (shape + {k}) * {text})"
    return text


def _e1_fraction(terms: int) -> str:
    """The continued fraction of e^x E1(x), so many terms of it (Abramowitz, Stegun 1964, 5.1.22)."""
    text = f"(x + {2 * terms + 1})"
    for k in range(terms, 0, -1):
        text = f"(x + {2 * k - 1} - {k * k} / {text})"
    return f"1 / {text}"


def _slope(values: Sequence[float]) -> tuple[float, ...]:
    """The coefficients of a polynomial's derivative."""
    return tuple(k * value for k, value in enumerate(values))[1:]


def _log_of_rest(p: str) -> str:
    """log(1 - p) for p below 0.001."""
    return f"-{p} * (1 + {p} * (1 / 2 + {p} * (1 / 3 + {p} / 4)))"


_ABOVE, _BELOW = "gamma_sf(x, shape)", "gamma_cdf(x, shape)"
_DENSITY = "exp((shape - 1) * log(x) - x - log_gamma(shape))"
_LOG_ABOVE = (
    f"where({_BELOW} < 1e-3, {_log_of_rest(_BELOW)}, where({_ABOVE} > 1e-7, log({_ABOVE}),"
    f" shape * log(x) - x - log_gamma(shape) - log(x + 1 - shape - {_fraction(8)})))"
)
_LOG_BELOW = (
    f"where({_ABOVE} < 1e-3, {_log_of_rest(_ABOVE)}, where({_BELOW} > 1e-290, log({_BELOW}),"
    f" shape * log(x) - x - log_gamma(shape + 1) + log({_rising(6)})))"
)
_HAZARD_ABOVE = f"where({_ABOVE} > 1e-7, {_DENSITY} / {_ABOVE}, (x + 1 - shape - {_fraction(8)}) / x)"
_HAZARD_BELOW = f"where({_BELOW} > 1e-290, {_DENSITY} / {_BELOW}, shape / x / {_rising(6)})"
_Y = "max(-1, min(1, q * w))"
_E1 = " + ".join(f"x ** {k} * {(-1) ** (k + 1) / (k * factorial(k))!r}" for k in range(1, 25))  # 5.1.11

# name: (parameters, formula)
SPELLINGS: dict[str, tuple[tuple[str, ...], str]] = {
    "log_one_plus": (("x",), "where(abs(x) < 1e-4, x * (1 - x * (1 / 2 - x * (1 / 3 - x / 4))), log(1 + x))"),
    "exp_less_one": (
        ("x",), "where(abs(x) < 1e-3, x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4))), exp(x) - 1)"
    ),
    "relative_growth": (
        ("y",), "where(abs(y) < 1e-3, 1 + y / 2 * (1 + y / 3 * (1 + y / 4)), (exp(min(y, 700)) - 1) / min(y, 700))"
    ),
    "log_one_plus_exp": (
        ("x",),
        "where(x > 35, x, where(x < -10, exp(x) * (1 - exp(x) * (1 / 2 - exp(x) / 3)), log(1 + exp(x))))",
    ),
    "log_normal_cdf": (
        ("x",),
        f"where(x > 3, {_log_of_rest('normal_cdf(-x)')}, where(x > -30, log(normal_cdf(x)),"
        f" -x * x / 2 - log(-x) - {LOG_ROOT_2PI} + log(1 - 1 / x ** 2 + 3 / x ** 4 - 15 / x ** 6)))",
    ),
    "exp_e1": (("x",), f"where(x > 3, {_e1_fraction(16)}, exp(x) * (-{EULER} - log(x) + {_E1}))"),
    "gamma_side": (("x", "shape", "side"), f"where(side > 0, {_ABOVE}, {_BELOW})"),
    "log_gamma_side": (("x", "shape", "side"), f"where(side > 0, {_LOG_ABOVE}, {_LOG_BELOW})"),
    "gamma_side_hazard": (("x", "shape", "side"), f"where(side > 0, {_HAZARD_ABOVE}, {_HAZARD_BELOW})"),
    "prentice_score": (
        ("w", "q"),
        f"where(abs(q) < {NEAR_ZERO}, w * ({_series(SCORE_A, _Y)}) + q * ({_series(SCORE_B, _Y)})"
        f" + q ** 3 * ({_series(SCORE_C, _Y)}) + q ** 5 * ({_series(SCORE_D, _Y)}), 0)",
    ),
    "prentice_slope": (
        ("w", "q"),
        f"where(abs(q) < {NEAR_ZERO}, {_series(SCORE_A, _Y)} + where(abs(q * w) < 1, q * (w * ({_series(_slope(SCORE_A), _Y)})"
        f" + q * ({_series(_slope(SCORE_B), _Y)}) + q ** 3 * ({_series(_slope(SCORE_C), _Y)})"
        f" + q ** 5 * ({_series(_slope(SCORE_D), _Y)})), 0), 0)",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """An Excel spelling written as a formula of the language over `parameters`; excel.py prints it with the arguments."""

    parameters: tuple[str, ...]
    text: str


def written(name: str) -> Written:
    """The Excel spelling of a special function.

    >>> written("gamma_side").parameters
    ('x', 'shape', 'side')
    """
    return Written(*SPELLINGS[name])
