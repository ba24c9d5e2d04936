"""How a distribution is spelled in the input files: the word, what par1 and par2 mean, what it must agree with.

One row per spelling; groups (dirichlet, multivariate normal) and tables (empirical) are resolved in `margins`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan

from hecon.errors import InputError, nearest
from hecon.inputs.distributions import fits
from hecon.inputs.distributions.bounded import Uniform
from hecon.inputs.distributions.distribution import Distribution, Fixed
from hecon.inputs.distributions.families import Beta, Gamma, GammaOnDecrement, LogitNormal, LogNormal, Normal

_LARGEST = 1e150  # of a mean and an SD: its square is still a number


@dataclass(frozen=True)
class Spelling:
    """One way to write a distribution.

    `par1` and `par2` say what the columns hold ("" when they must stay blank; "(prior)" in brackets may be blank),
    `value_is` which statistic the value must equal, `build` makes it from (value, par1, par2), and is
    None for what takes more than its own row: a group or a table.
    """

    par1: str
    par2: str
    build: Callable[[float, float, float], Distribution] | None
    value_is: str = "mean"


SPELLINGS: dict[str, Spelling] = {
    "": Spelling("", "", lambda value, a, b: Fixed(value)),
    "fixed": Spelling("", "", lambda value, a, b: Fixed(value)),
    "beta": Spelling("alpha", "beta", lambda value, a, b: Beta(a, b)),
    "beta mean se": Spelling("mean", "SE", lambda value, a, b: fits.beta_from_mean_se(a, b)),
    "beta mean ci": Spelling("lower", "upper", fits.beta_from_mean_ci),
    "beta counts": Spelling("events", "total", lambda value, a, b: fits.beta_from_counts(a, b)),
    "gamma": Spelling("shape", "scale", lambda value, a, b: Gamma(a, b)),
    "gamma shape rate": Spelling("shape", "rate", lambda value, a, b: Gamma(a, 1 / b if b > 0 else nan)),
    "gamma mean se": Spelling("mean", "SE", lambda value, a, b: fits.gamma_from_mean_se(a, b)),
    "gamma mean ci": Spelling("lower", "upper", fits.gamma_from_mean_ci),
    "lognormal": Spelling("mu", "sigma", lambda value, a, b: LogNormal(a, b)),
    "lognormal median": Spelling("mu", "sigma", lambda value, a, b: LogNormal(a, b), "median"),
    "lognormal mean se": Spelling("mean", "SE", lambda value, a, b: fits.lognormal_from_mean_se(a, b)),
    "lognormal median ci": Spelling(
        "lower", "upper", lambda value, a, b: fits.lognormal_from_ci(value, a, b, "median"), "median"
    ),
    "lognormal mean ci": Spelling("lower", "upper", lambda value, a, b: fits.lognormal_from_ci(value, a, b, "mean")),
    "normal": Spelling("mean", "SE", lambda value, a, b: Normal(a, b)),
    "normal mean ci": Spelling("lower", "upper", fits.normal_from_mean_ci),
    "uniform": Spelling("low", "high", lambda value, a, b: Uniform(a, b)),
    "triangular": Spelling("low", "high", fits.triangular_from_mean),
    "pert": Spelling("low", "high", fits.pert_from_mean),
    "logit-normal": Spelling("mu", "sigma", lambda value, a, b: LogitNormal(a, b)),
    "logit-normal median": Spelling("mu", "sigma", lambda value, a, b: LogitNormal(a, b), "median"),
    "logit-normal median ci": Spelling("lower", "upper", fits.logit_normal_from_ci, "median"),
    "gamma on 1-u": Spelling("shape", "scale", lambda value, a, b: GammaOnDecrement(a, b)),
    "gamma on 1-u mean se": Spelling("mean", "SE", lambda value, a, b: fits.decrement_from_mean_se(a, b)),
    "dirichlet": Spelling("count", "(prior)", None),
    "multivariate normal": Spelling("(SE)", "", None),
    "mvn": Spelling("(SE)", "", None),
    "empirical": Spelling("", "", None),  # followed by table.column
    "choice": Spelling("", "", None, "choice"),  # followed by the weights of 1, 2, ...
}


def spelling(text: str) -> Spelling:
    """The row of SPELLINGS for a cell's text; case and repeated spaces do not matter.

    Raises InputError naming the nearest known word.

    >>> spelling("Beta  mean SE").par2
    'SE'
    >>> spelling("gama")
    Traceback (most recent call last):
    hecon.errors.InputError: unknown distribution 'gama'; did you mean 'gamma'?
    """
    words = word(text)
    if words not in SPELLINGS:
        hint = nearest(words, SPELLINGS) or f" (known: {', '.join(name for name in SPELLINGS if name)})"
        raise InputError(f"unknown distribution '{text}'{hint}")
    return SPELLINGS[words]


def word(text: str) -> str:
    """The cell's text as SPELLINGS has it: lower case, single spaces, what follows `empirical` or `choice` left out.

    >>> word("Empirical waiting.days")
    'empirical'
    """
    words = text.lower().split()
    return words[0] if words[:1] in (["empirical"], ["choice"]) else " ".join(words)


def from_spelling(text: str, value: float, par1: float = nan, par2: float = nan) -> Distribution:
    """The distribution a row spells by itself, without a group or a table.

    Raises InputError for an unknown word, a number missing or not wanted, or an impossible combination.

    >>> from_spelling("beta mean se", 0.5, 0.5, 0.25)
    Beta(alpha=1.5, beta=1.5)
    >>> from_spelling("gamma", 100, 25)
    Traceback (most recent call last):
    hecon.errors.InputError: gamma needs par2 (scale)
    >>> from_spelling("dirichlet", 0.5, 10)
    Traceback (most recent call last):
    hecon.errors.InputError: 'dirichlet' takes its group or its table too, and is made in a book
    """
    row = spelling(text)
    if row.build is None:
        raise InputError(f"'{text}' takes its group or its table too, and is made in a book")
    check_numbers(text, row, par1, par2)
    try:
        made = row.build(value, par1, par2)
        finite = abs(made.mean) < _LARGEST and made.sd < _LARGEST
    except ArithmeticError:  # a ratio or a square beyond the largest or below the smallest number
        finite = False
    if not finite:
        got = f"got {par1:g} and {par2:g}, with value {value:g}"
        if word(text) in ("lognormal", "lognormal median"):
            got += "; for a mean and an SE write 'lognormal mean se'"
        raise InputError(
            f"{text} needs {row.par1} and {row.par2} that leave its mean and SD finite, below {_LARGEST:g}; {got}"
        )
    return made


def check_numbers(text: str, row: Spelling, par1: float, par2: float) -> None:
    """Raise InputError when par1 or par2 is missing though the spelling wants it, or given though it does not.

    >>> check_numbers("fixed", SPELLINGS["fixed"], 1.0, nan)
    Traceback (most recent call last):
    hecon.errors.InputError: par1 is 1, but 'fixed' does not use it; leave it blank or name a distribution
    """
    for column, wanted, number in (("par1", row.par1, par1), ("par2", row.par2, par2)):
        if wanted and not wanted.startswith("(") and not isfinite(number):
            raise InputError(f"{text} needs {column} ({wanted})")
        if not wanted and isfinite(number):
            spelled = f"'{text}'" if text else "a blank distribution"
            raise InputError(
                f"{column} is {number:g}, but {spelled} does not use it; leave it blank or name a distribution"
            )
