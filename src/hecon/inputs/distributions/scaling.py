"""What multiplying an input by a number does to par1 and par2 of each distribution, as money in another currency needs.

One row per spelling that can be scaled; the others live on a fixed interval or number choices, and are refused.
"""

from collections.abc import Callable, Mapping
from math import log

from hecon.errors import InputError
from hecon.inputs.distributions.names_of_distributions import word

Rule = Callable[[float, float], float]  # (par, factor) to par


def _keep(par: float, factor: float) -> float:
    return par


def _times(par: float, factor: float) -> float:
    return par * factor


def _over(par: float, factor: float) -> float:
    return par / factor


def _log(par: float, factor: float) -> float:
    return par + log(factor)


SCALED: Mapping[str, tuple[Rule, Rule]] = {
    "": (_keep, _keep),
    "fixed": (_keep, _keep),
    "gamma": (_keep, _times),
    "gamma shape rate": (_keep, _over),
    "gamma mean se": (_times, _times),
    "gamma mean ci": (_times, _times),
    "lognormal": (_log, _keep),
    "lognormal median": (_log, _keep),
    "lognormal mean se": (_times, _times),
    "lognormal median ci": (_times, _times),
    "lognormal mean ci": (_times, _times),
    "normal": (_times, _times),
    "normal mean ci": (_times, _times),
    "uniform": (_times, _times),
    "triangular": (_times, _times),
    "pert": (_times, _times),
    "multivariate normal": (_times, _keep),
    "mvn": (_times, _keep),
    "empirical": (_keep, _keep),  # its table's column is scaled
}


def scaled_pars(distribution: str, par1: float, par2: float, factor: float) -> tuple[float, float]:
    """par1 and par2 of a distribution whose draws are all `factor` times as large; nan stays nan.

    Raises:
        InputError: a distribution that cannot be scaled.

    >>> scaled_pars("gamma mean se", 100.0, 20.0, 2.0), scaled_pars("gamma", 25.0, 4.0, 2.0)
    ((200.0, 40.0), (25.0, 8.0))
    >>> scaled_pars("beta", 2.0, 2.0, 2.0)
    Traceback (most recent call last):
    hecon.errors.InputError: its distribution 'beta' cannot be scaled; choose one that can, such as 'gamma mean se'
    """
    if word(distribution) not in SCALED:
        told = "cannot be scaled; choose one that can, such as 'gamma mean se'"
        raise InputError(f"its distribution '{distribution}' {told}")
    first, second = SCALED[word(distribution)]
    return first(par1, factor), second(par2, factor)
