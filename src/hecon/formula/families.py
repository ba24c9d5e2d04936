"""The survival families as formulas: each one's survival, hazard, quantile and means over its parameters, the time t, and p.

Parameters are flexsurv's on the transformed scale (the log of what must be positive): Jackson 2016, J Stat Softw 70(8).
"""

from dataclasses import dataclass

from hecon.formula.special import NEAR_ZERO
from hecon.formula.special_excel import LOG_ROOT_2PI


@dataclass(frozen=True)
class FamilyFormulas:
    """The formulas of one family; those with a time hold above 0. `parameters` are their names, in order.

    `quantile` is the time by which a share p has had the event. A blank formula has no closed form; a mean or quantile
    that is infinite comes out infinite (in a workbook, as an error).
    """

    parameters: tuple[str, ...]
    survival: str
    cumulative: str
    hazard: str
    quantile: str = ""
    mean: str = ""
    restricted_mean: str = ""


def log_normal_hazard(score: str) -> str:
    """The log hazard of a standard normal at a score, as a formula.

    >>> log_normal_hazard("z")
    '(-(z) ** 2 / 2 - 0.9189385332046727 - log_normal_cdf(-(z)))'
    """
    return f"(-({score}) ** 2 / 2 - {LOG_ROOT_2PI} - log_normal_cdf(-({score})))"


_INFINITE = "1 / (0 * abs({}))"  # a formula has no word for infinity
_WEIBULL = "exp(shape) * (log(t) - scale)"
_PH = "scale + exp(shape) * log(t)"
_GOMPERTZ = "shape * -log_one_plus(-p) / exp(rate)"
_W = "(log(t) - meanlog) * exp(-sdlog)"

# Generalised gamma (Prentice 1974, Biometrika 61:539): near Q = 0 by its normal score, elsewhere by gamma ratios of _U
_V = "(log(t) - mu) * exp(-sigma)"
_U, _K = f"exp(min(Q * ({_V}), 700)) / Q ** 2", "1 / Q ** 2"
_SCORE = f"prentice_score({_V}, Q)"
_N = "normal_ppf(p)"
_BACK = (  # the score's inverse by powers of Q, to 1e-9 for p from 1e-6 to 1 - 1e-6
    f"{_N} - Q * ({_N} ** 2 + 2) / 6 + Q ** 2 * ({_N} ** 3 + 5 * {_N}) / 36"
    f" - Q ** 3 * (0.0358024691 + 0.0364197531 * {_N} ** 2 + {_N} ** 4 / 270)"
    f" + Q ** 4 * (0.0154063786 * {_N} + 0.0059670782 * {_N} ** 3 + 0.0002314815 * {_N} ** 5)"
    f" + Q ** 5 * (0.0014501274 - 0.0020012738 * {_N} ** 2 - 0.0001102293 * {_N} ** 4 + 0.0000587889 * {_N} ** 6)"
)
_S = "exp(sigma) * Q"  # the mean exists where 1 + _S > 0
_MEAN_NEAR = (  # Stirling's series of the two gamma functions
    f"exp(mu + where(abs({_S}) < 0.02, exp(2 * sigma) * (1 / 2 - {_S} * (1 / 6 - {_S} * (1 / 12 - {_S} * (1 / 20"
    f" - {_S} * (1 / 30 - {_S} / 42))))), ((1 + {_S}) * log_one_plus({_S}) - {_S}) / Q ** 2)"
    f" - log_one_plus({_S}) / 2 + Q ** 2 / 12 * (1 / (1 + {_S}) - 1) - Q ** 6 / 360 * (1 / (1 + {_S}) ** 3 - 1))"
)
_MEAN_FAR = "exp(mu + exp(sigma) / Q * log(Q ** 2) + log_gamma(1 / Q ** 2 + exp(sigma) / Q) - log_gamma(1 / Q ** 2))"


def _by_q(near: str, far: str) -> str:
    return f"where(abs(Q) < {NEAR_ZERO}, {near}, {far})"


FAMILIES: dict[str, FamilyFormulas] = {
    "exponential": FamilyFormulas(
        ("rate",),
        survival="exp(-exp(rate) * t)",
        cumulative="exp(rate) * t",
        hazard="exp(rate)",
        quantile="-log_one_plus(-p) / exp(rate)",
        mean="exp(-rate)",
        restricted_mean="-exp_less_one(-exp(rate) * t) / exp(rate)",
    ),
    "weibull": FamilyFormulas(
        ("shape", "scale"),
        survival=f"exp(-exp(min({_WEIBULL}, 700)))",
        cumulative=f"exp(min({_WEIBULL}, 700))",
        hazard=f"exp(min(shape - log(t) + {_WEIBULL}, 700))",
        quantile="exp(scale) * (-log_one_plus(-p)) ** exp(-shape)",
        mean="exp(scale + log_gamma(1 + exp(-shape)))",
        restricted_mean=f"exp(scale + log_gamma(1 + exp(-shape))) * gamma_cdf(exp(min({_WEIBULL}, 700)), exp(-shape))",
    ),
    "weibullPH": FamilyFormulas(
        ("shape", "scale"),
        survival=f"exp(-exp(min({_PH}, 700)))",
        cumulative=f"exp(min({_PH}, 700))",
        hazard=f"exp(min(shape - log(t) + {_PH}, 700))",
        quantile="(-log_one_plus(-p) * exp(-scale)) ** exp(-shape)",
        mean="exp(log_gamma(1 + exp(-shape)) - scale * exp(-shape))",
        restricted_mean="exp(log_gamma(1 + exp(-shape)) - scale * exp(-shape))"
        f" * gamma_cdf(exp(min({_PH}, 700)), exp(-shape))",
    ),
    "gompertz": FamilyFormulas(
        ("shape", "rate"),
        survival="exp(-exp(rate) * t * relative_growth(shape * t))",
        cumulative="exp(rate) * t * relative_growth(shape * t)",
        hazard="exp(min(rate + shape * t, 700))",
        quantile=f"where(abs({_GOMPERTZ}) < 1e-6, 1 - {_GOMPERTZ} / 2, log_one_plus(max({_GOMPERTZ}, -1)) / ({_GOMPERTZ}))"
        " * -log_one_plus(-p) / exp(rate)",
        mean="where(shape > 0, exp_e1(exp(rate) / shape) / shape, where(shape < 0,"
        f" {_INFINITE.format('shape')}, exp(-rate)))",
    ),
    "lnorm": FamilyFormulas(
        ("meanlog", "sdlog"),
        survival=f"normal_cdf(-({_W}))",
        cumulative=f"-log_normal_cdf(-({_W}))",
        hazard=f"exp({log_normal_hazard(_W)} - sdlog - log(t))",
        quantile="exp(meanlog + exp(sdlog) * normal_ppf(p))",
        mean="exp(meanlog + exp(2 * sdlog) / 2)",
        restricted_mean=f"exp(meanlog + exp(2 * sdlog) / 2) * normal_cdf({_W} - exp(sdlog)) + t * normal_cdf(-({_W}))",
    ),
    "llogis": FamilyFormulas(
        ("shape", "scale"),
        survival=f"1 / (1 + exp(min({_WEIBULL}, 700)))",
        cumulative=f"log_one_plus_exp({_WEIBULL})",
        hazard=f"exp(shape - log(t) + {_WEIBULL} - log_one_plus_exp({_WEIBULL}))",
        quantile="exp(scale) * (p / (1 - p)) ** exp(-shape)",
        mean=f"where(shape > 0, exp(scale + log_gamma(1 + exp(-shape)) + log_gamma(1 - exp(-shape))),"
        f" {_INFINITE.format('scale')})",
    ),
    "gamma": FamilyFormulas(
        ("shape", "rate"),
        survival="gamma_sf(exp(rate) * t, exp(shape))",
        cumulative="-log_gamma_side(exp(rate) * t, exp(shape), 1)",
        hazard="gamma_side_hazard(exp(rate) * t, exp(shape), 1) * exp(rate)",
        quantile="gamma_ppf(p, exp(shape)) / exp(rate)",
        mean="exp(shape - rate)",
        restricted_mean="exp(shape - rate) * gamma_cdf(exp(rate) * t, exp(shape) + 1)"
        " + t * gamma_sf(exp(rate) * t, exp(shape))",
    ),
    "gengamma": FamilyFormulas(
        ("mu", "sigma", "Q"),
        survival=_by_q(f"normal_cdf(-{_SCORE})", f"gamma_side({_U}, {_K}, Q)"),
        cumulative=_by_q(f"-log_normal_cdf(-{_SCORE})", f"-log_gamma_side({_U}, {_K}, Q)"),
        hazard=_by_q(
            f"prentice_slope({_V}, Q) * exp({log_normal_hazard(_SCORE)})",
            f"gamma_side_hazard({_U}, {_K}, Q) * abs(Q) * {_U}",
        )
        + " * exp(-sigma) / t",
        quantile="exp(mu + exp(sigma) * "
        + _by_q(_BACK, f"log(Q ** 2 * gamma_ppf(where(Q > 0, p, 1 - p), {_K})) / Q")
        + ")",
        mean=f"where(1 + {_S} > 0, {_by_q(_MEAN_NEAR, _MEAN_FAR)}, {_INFINITE.format('sigma')})",
    ),
}
