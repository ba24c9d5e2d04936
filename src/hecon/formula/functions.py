"""The primitives of the formula language: one row each, with a spelling for numpy, one for Excel and one for JavaScript.

What can be written in terms of these is a macro (macros.py), so that every back end has it at once. How many arguments each
takes stands in vocabulary.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hecon.errors import ModelError
from hecon.formula import special
from hecon.formula.javascript_spellings import Spelling, call, chain, many, power_text, round_text, where_text
from hecon.formula.special_excel import Written, written
from hecon.formula.vocabulary import FUNCTIONS
from hecon.names import name_fault

Function = Callable[..., Any]
_TINY = 1e-9  # sums of fractions miss whole numbers by rounding; look-ups forgive as much


@dataclass(frozen=True)
class Primitive:
    """One operation: how numpy computes it, how Excel and JavaScript spell it (`{0}`, `{1}` stand for the arguments).

    An Excel spelling of None means the workbook can only hold its values, marked "not live"; a JavaScript spelling of
    None, that a page refuses the model. Not-a-number is contagious in every row of the table; `sure` and
    `javascript_sure` are quicker spellings for arguments that are numbers for sure.
    """

    numpy: Function
    excel: str | Spelling | Written | None
    javascript: str | Spelling | None = None
    sure: Function | None = None
    javascript_sure: str | Spelling | None = None


def _many(function: Function) -> Function:
    """A two-argument numpy function taken along any number of arguments, from the left."""

    def fold(first: Any, *others: Any) -> Any:
        for other in others:
            first = function(first, other)
        return first

    return fold


def _contagious(function: Function, count: int = 99) -> Function:
    """A function that is not a number where one of its first `count` arguments is none, as Excel's #N/A goes through."""

    def call(*args: Any) -> Any:
        found = function(*args)
        for arg in args[:count]:
            missing = np.isnan(arg)
            if np.any(missing):
                found = np.where(missing, np.nan, found)
        return found

    return call


def _judging(function: Function, excel: str | Spelling, javascript: str | Spelling, sure: str | Spelling) -> Primitive:
    """A row for what numpy answers with a number even where an argument is none: `nan < 1` is false, `nan ** 0` is 1."""
    return Primitive(_contagious(function), excel, javascript, function, sure)


def _truth(function: Function) -> Function:
    """A condition as 1.0 or 0.0: numpy would take `true + true` for true and exp(true) to three digits."""
    return lambda *args: function(*args).astype(float)


def power(base: Any, exponent: Any) -> Any:
    """A power, the same to the last bit for any number of draws.

    numpy squares, divides or takes a root where it walks along a single exponent (2, -1, 0.5), and which axis it walks along
    depends on the draws; here that is done for a number, and for no exponent that has an axis.

    >>> power(np.array([3.0]), np.array([2.0])).tolist()
    [9.0]
    """
    exponent = np.asarray(exponent, dtype=float)
    if exponent.ndim == 0 or exponent.shape[-1] > 1:
        return np.power(base, exponent)
    shape = np.broadcast_shapes(np.shape(base), exponent.shape)
    full = np.ascontiguousarray(np.broadcast_to(exponent, shape))
    if full.size > 1:
        return np.power(base, full)
    return np.power(np.repeat(base, 2), np.repeat(full, 2))[:1].reshape(shape)


def _round(x: Any, digits: Any = 0.0) -> Any:
    """Round half away from zero, as Excel does; a half is one to 15 digits, so that 1.005 rounds to 1.01."""
    scale = np.power(10.0, np.trunc(digits))
    return np.sign(x) * np.floor(np.abs(x) * scale * (1 + 2.0**-51) + 0.5) / scale


def _floor(x: Any) -> Any:
    """Round down; what falls short of a whole number by rounding alone counts as whole, so that floor(4.1 * 100) is 410."""
    return np.floor(x + _TINY)


def _ceil(x: Any) -> Any:
    """Round up, likewise; no negative zero."""
    return np.ceil(x - _TINY) + 0.0


def _discount_factor(rate: Any, years: Any) -> Any:
    """Present value of 1 paid after so many years at an effective annual rate; never exp(-rate x years)."""
    return power(1.0 + rate, np.negative(years))


def _special(name: str) -> Function:
    """A function of scipy.special, imported at first use because the import is slow."""

    def call(*args: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*args)

    return call


def _gamma_cdf(x: Any, shape: Any) -> Any:
    import scipy.special

    return scipy.special.gammainc(shape, x)


def _gamma_sf(x: Any, shape: Any) -> Any:
    import scipy.special

    return scipy.special.gammaincc(shape, x)


PRIMITIVES: dict[str, Primitive] = {
    # operators: never called by name
    "+": Primitive(np.add, "{0}+{1}", "({0}+{1})"),
    "-": Primitive(np.subtract, "{0}-{1}", "({0}-{1})"),
    "*": Primitive(np.multiply, "{0}*{1}", "({0}*{1})"),
    "/": Primitive(np.true_divide, "{0}/{1}", "({0}/{1})"),
    "**": _judging(power, "{0}^{1}", power_text, "({0}**{1})"),
    "neg": Primitive(np.negative, "-{0}", "(-{0})"),
    "<": _judging(_truth(np.less), "{0}<{1}", call("less"), "({0}<{1}?1:0)"),
    "<=": _judging(_truth(np.less_equal), "{0}<={1}", call("at_most"), "({0}<={1}?1:0)"),
    ">": _judging(_truth(np.greater), "{0}>{1}", call("more"), "({0}>{1}?1:0)"),
    ">=": _judging(_truth(np.greater_equal), "{0}>={1}", call("at_least"), "({0}>={1}?1:0)"),
    "==": _judging(_truth(np.equal), "{0}={1}", call("same"), "({0}==={1}?1:0)"),
    "!=": _judging(_truth(np.not_equal), "{0}<>{1}", call("differs"), "({0}!=={1}?1:0)"),
    "and": _judging(_truth(_many(np.logical_and)), call("AND"), many("both"), chain("&&")),
    "or": _judging(_truth(_many(np.logical_or)), call("OR"), many("either"), chain("||")),
    "not": _judging(_truth(np.logical_not), "NOT({0})", "opposite({0})", "({0}?0:1)"),
    # functions
    "where": Primitive(_contagious(np.where, count=1), "IF({0},{1},{2})", where_text, np.where, "({0}?{1}:{2})"),
    "exp": Primitive(np.exp, "EXP({0})", "Math.exp({0})"),
    "log": Primitive(np.log, "LN({0})", "Math.log({0})"),
    "sqrt": Primitive(np.sqrt, "SQRT({0})", "Math.sqrt({0})"),
    "abs": Primitive(np.abs, "ABS({0})", "Math.abs({0})"),
    "min": Primitive(_many(np.minimum), call("MIN"), call("Math.min")),
    "max": Primitive(_many(np.maximum), call("MAX"), call("Math.max")),
    # LibreOffice's INT alone forgives rounding, Excel's does not
    "floor": Primitive(_floor, "INT({0}+1E-9)", "Math.floor({0}+1e-9)"),
    "ceil": Primitive(_ceil, "-INT(1E-9-{0})", "(Math.ceil({0}-1e-9)+0)"),
    "round": Primitive(_round, lambda args: f"ROUND({args[0]},{args[1] if len(args) > 1 else 0})", round_text),
    "discount_factor": Primitive(
        _contagious(_discount_factor), "(1+{0})^-({1})", "power(1+{0},-{1})", _discount_factor, "((1+{0})**-{1})"
    ),
    "normal_cdf": Primitive(_special("ndtr"), "NORMSDIST({0})", call("normal_cdf")),
    "normal_ppf": Primitive(_special("ndtri"), "NORMSINV({0})", call("normal_ppf")),
    "gamma_cdf": Primitive(_gamma_cdf, "GAMMADIST({0},{1},1,TRUE)", call("gamma_cdf")),
    "gamma_sf": Primitive(_gamma_sf, "1-GAMMADIST({0},{1},1,TRUE)", call("gamma_sf")),
    "log_gamma": Primitive(_special("gammaln"), "GAMMALN({0})", call("log_gamma")),
    "gamma": Primitive(_special("gamma"), "EXP(GAMMALN({0}))", call("gamma")),
    # survival curves (special.py, special_excel.py)
    "log_one_plus": Primitive(np.log1p, written("log_one_plus"), "Math.log1p({0})"),
    "exp_less_one": Primitive(np.expm1, written("exp_less_one"), "Math.expm1({0})"),
    "relative_growth": Primitive(special.relative_growth, written("relative_growth"), call("relative_growth")),
    "log_one_plus_exp": Primitive(special.log_one_plus_exp, written("log_one_plus_exp"), call("log_one_plus_exp")),
    "log_normal_cdf": Primitive(_special("log_ndtr"), written("log_normal_cdf"), call("log_normal_cdf")),
    "exp_e1": Primitive(special.exp_e1, written("exp_e1"), call("exp_e1")),
    "gamma_ppf": Primitive(special.gamma_ppf, "GAMMAINV({0},{1},1)", call("gamma_ppf")),
    "gamma_side": Primitive(_contagious(special.gamma_side), written("gamma_side"), call("gamma_side")),
    "log_gamma_side": Primitive(_contagious(special.log_gamma_side), written("log_gamma_side"), call("log_gamma_side")),
    "gamma_side_hazard": Primitive(
        _contagious(special.gamma_side_hazard), written("gamma_side_hazard"), call("gamma_side_hazard")
    ),
    "prentice_score": Primitive(special.prentice_score, written("prentice_score"), call("prentice_score")),
    "prentice_slope": Primitive(special.prentice_slope, written("prentice_slope"), call("prentice_slope")),
}


def primitive(
    name: str,
    numpy: Function,
    excel: str | None = None,
    arity: tuple[int, int] | None = None,
    javascript: str | None = None,
) -> None:
    """Register a function for use in formulas, with its numpy, its Excel and its JavaScript spelling.

    `numpy` takes and returns arrays that broadcast against each other: (draw,) or (cycle, draw). Without `excel`
    (`{0}`, `{1}` for the arguments) a workbook holds the values only, marked "not live". Without `javascript` (an
    expression, likewise) a page refuses the model.

    Raises:
        ModelError: a name that is not legal or is taken.

    >>> primitive("logistic", numpy=lambda x: 1 / (1 + np.exp(-x)), excel="1/(1+EXP(-({0})))",
    ...     javascript="1/(1+Math.exp(-{0}))")
    >>> float(PRIMITIVES["logistic"].numpy(0.0))
    0.5
    >>> del PRIMITIVES["logistic"], FUNCTIONS["logistic"]
    """
    fault = name_fault(name)
    if fault:
        raise ModelError(fault)
    if name in PRIMITIVES:
        raise ModelError(f"'{name}' is a function already; register yours under another name")
    count = numpy.__code__.co_argcount if arity is None and hasattr(numpy, "__code__") else 1
    PRIMITIVES[name] = Primitive(numpy, excel, javascript if javascript is None else f"({javascript})")
    FUNCTIONS[name] = arity or (count, count)
