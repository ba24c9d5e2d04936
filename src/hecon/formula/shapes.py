"""What is done to survival curves, as macros: treatment effects, joins, mixtures, waning effects, background mortality,
curves through published points.

`h` is a cumulative hazard and `k` an integral of hazard ratios over time; macros with `cumulative` need a clock.
"""

_FADING = "min(max(years - from_years, 0), to_years - from_years)"

# name: (parameters, body, what it is)
SHAPES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "with_hazard_ratio": (
        ("s", "ratio"),
        "s ** ratio",
        "survival under a constant hazard ratio; on a curve of another kind than proportional hazards an assumption",
    ),
    "with_time_ratio": (
        ("curve", "years", "ratio"),
        "survival(curve, years / ratio)",
        "a fitted curve with time stretched by a ratio: above 1 is longer survival (accelerated failure time)",
    ),
    "with_odds_ratio": (("s", "ratio"), "s / (s + ratio * (1 - s))", "survival with the odds of the event multiplied"),
    "joined": (
        ("early", "early_at_join", "curve", "years", "join_years"),
        "where(years <= join_years, early, early_at_join * survival(curve, years) / survival(curve, join_years))",
        "one survival (a Kaplan-Meier table, say) up to a time, then a fitted curve's survival of those alive then",
    ),
    "mixed": (("share", "s_1", "s_2"), "share * s_1 + (1 - share) * s_2", "two groups, the first with this share at the start"),
    "wane_abrupt": (
        ("ratio", "years", "until_years"),
        "ratio * min(years, until_years) + max(years - until_years, 0)",
        "integral from 0 of a hazard ratio that holds until a time and is 1 after it",
    ),
    "wane_linear": (
        ("ratio", "years", "from_years", "to_years"),
        f"ratio * min(years, from_years) + ratio * {_FADING}"
        f" + (1 - ratio) * {_FADING} ** 2 / (2 * (to_years - from_years)) + max(years - to_years, 0)",
        "integral from 0 of a hazard ratio that goes to 1 in a straight line between two times",
    ),
    "wane_log_linear": (
        ("ratio", "years", "from_years", "to_years"),
        f"ratio * min(years, from_years) + ratio * {_FADING}"
        f" * relative_growth(-log(ratio) * {_FADING} / (to_years - from_years)) + max(years - to_years, 0)",
        "integral from 0 of a hazard ratio whose logarithm goes to 0 in a straight line between two times",
    ),
    "waned": (
        ("h", "k"),
        "exp(-cumulative((next(h) - h) * (next(k) - k) / cycle_years))",
        "survival with cumulative hazard h of the comparator and a waning effect k (wane_...): in each cycle the mean hazard"
        " times the mean ratio, exact where the hazard is constant within the cycle",
    ),
    "hazard_floor": (
        ("h", "r_background"),
        "exp(-cumulative(max(next(h) - h, r_background * cycle_years)))",
        "survival whose hazard in each cycle is at least the background's rate per year (that of the row)",
    ),
    "survival_cap": (
        ("s", "s_background"),
        "min(s, s_background)",
        "survival never above the background's; its hazard jumps where they meet (Sweeting 2023, Med Decis Making 43:737)",
    ),
    "with_background": (
        ("s", "s_background"),
        "s * s_background",
        "all-cause survival from relative (or excess) survival s and the background's: hazards add up",
    ),
    "uncured_score": (
        ("alive", "family"),
        "where(family == 1, log(-log(alive)), where(family == 2, -normal_ppf(alive),"
        " where(family == 3, log((1 - alive) / alive), 0 / 0)))",
        "a share alive on the scale on which a curve is a straight line over log time: Weibull (family 1), log-normal (2) or"
        " log-logistic (3)",
    ),
    "uncured_survival": (
        ("score", "family"),
        "where(family == 1, exp(-exp(min(score, 700))), where(family == 2, normal_cdf(-score),"
        " where(family == 3, 1 / (1 + exp(min(score, 700))), 0 / 0)))",
        "the share alive at a score (uncured_score) of the family",
    ),
    "uncured_density": (
        ("alive", "family"),
        "where(family == 1, -alive * log(alive), where(family == 2, exp(-normal_ppf(alive) ** 2 / 2),"
        " where(family == 3, alive * (1 - alive), 0 / 0)))",
        "how fast uncured_survival falls with the score where that share is alive (log-normal: times the root of 2 pi)",
    ),
    "plateau_gap": (
        ("score", "alive", "early", "middle", "weight", "family"),
        "uncured_score(middle + (1 - middle) * alive, family)"
        " - (1 - weight) * uncured_score(early + (1 - early) * alive, family) - weight * score",
        "how far the score of the middle one of three points lies above the line through the others, if a share `alive` of the"
        " uncured, with this score, lives at the last; early and middle are the deaths after a point over all by the last",
    ),
    "plateau_step": (
        ("score", "alive", "early", "middle", "weight", "family"),
        "score - plateau_gap(score, alive, early, middle, weight, family) / ("
        "(1 - middle) * uncured_density(alive, family) / uncured_density(middle + (1 - middle) * alive, family)"
        " - (1 - weight) * (1 - early) * uncured_density(alive, family)"
        " / uncured_density(early + (1 - early) * alive, family) - weight)",
        "Newton's next score, at which that gap would be 0 if it were a straight line: the gap over its slope",
    ),
}  # fmt: skip
