"""The words of the formula language: which names a formula may call, and with how many arguments.

The parser needs no more than this; what the words mean stands in functions.py (primitives), macros.py and curve.py.
"""

MANY = 99  # as many arguments as an author likes
OPERATORS = {
    "+": (2, 2), "-": (2, 2), "*": (2, 2), "/": (2, 2), "**": (2, 2), "neg": (1, 1),
    "<": (2, 2), "<=": (2, 2), ">": (2, 2), ">=": (2, 2), "==": (2, 2), "!=": (2, 2),
    "and": (2, MANY), "or": (2, MANY), "not": (1, 1),
}  # fmt: skip
FUNCTIONS = {  # primitives; `primitive` adds an author's own
    "where": (3, 3), "exp": (1, 1), "log": (1, 1), "sqrt": (1, 1), "abs": (1, 1), "min": (2, MANY), "max": (2, MANY),
    "floor": (1, 1), "ceil": (1, 1), "round": (1, 2), "discount_factor": (2, 2),
    "normal_cdf": (1, 1), "normal_ppf": (1, 1), "gamma_cdf": (2, 2), "gamma_sf": (2, 2), "log_gamma": (1, 1), "gamma": (1, 1),
    "log_one_plus": (1, 1), "exp_less_one": (1, 1), "relative_growth": (1, 1), "log_one_plus_exp": (1, 1),
    "log_normal_cdf": (1, 1), "exp_e1": (1, 1), "gamma_ppf": (2, 2), "gamma_side": (3, 3), "log_gamma_side": (3, 3),
    "gamma_side_hazard": (3, 3), "prentice_score": (2, 2), "prentice_slope": (2, 2),
}  # fmt: skip
MACROS = {
    "rate_to_prob": 2, "prob_to_rate": 2, "rescale_prob": 3, "competing_prob": 3, "hr_on_prob": 2, "rr_on_prob": 2,
    "or_on_prob": 2, "alive_mix": 4, "mortality_rate": 4, "mortality_prob": 5, "year_of": 2, "discount_whole_year": 2,
    "with_hazard_ratio": 2, "with_time_ratio": 3, "with_odds_ratio": 2, "joined": 5, "mixed": 3, "wane_abrupt": 3,
    "wane_linear": 4, "wane_log_linear": 4, "waned": 2, "hazard_floor": 2, "survival_cap": 2, "with_background": 2,
    "uncured_score": 2, "uncured_survival": 2, "uncured_density": 2, "plateau_gap": 6, "plateau_step": 6,
}  # fmt: skip
REDUCTIONS = ("sum", "at", "by_year", "largest", "smallest")
CURVES = ("survival", "hazard", "cumulative_hazard", "quantile", "mean_survival", "restricted_mean")
SPECIAL = {
    "cumulative": (1, 1), "next": (1, 1), "interp": (2, 3), "life_survivors": (3, 3),
    "sum": (1, 3), "at": (2, 2), "by_year": (1, 1), "largest": (1, 1), "smallest": (1, 1),
}  # fmt: skip


def arity(name: str) -> tuple[int, int] | None:
    """The fewest and the most arguments of what a formula calls by name; None where the language has no such word.

    >>> arity("round"), arity("rate_to_prob"), arity("mean_survival"), arity("rond")
    ((1, 2), (2, 2), (1, 1), None)
    """
    if name in MACROS:
        return MACROS[name], MACROS[name]
    if name in CURVES:
        return (1, 1) if name == "mean_survival" else (2, 2)
    return FUNCTIONS.get(name) or SPECIAL.get(name)


def words() -> list[str]:
    """Every name that a formula may call.

    >>> "exp" in words(), "neg" in words()
    (True, False)
    """
    return [*FUNCTIONS, *MACROS, *SPECIAL, *CURVES]
