"""The survival families whose formulas depend on knots: Royston-Parmar splines and piecewise exponential curves.

Royston & Parmar 2002, Stat Med 21:2175. Knots are numbers in the formulas; the cut points of a piecewise curve are names.
"""

from collections.abc import Sequence

from hecon.formula.families import FamilyFormulas, log_normal_hazard


def spline(scale: str, knots: Sequence[float]) -> FamilyFormulas:
    """A spline on the "hazard", "odds" or "normal" scale with these knots (log times, the two ends included).

    Parameters gamma0, gamma1, ...; eta is a natural cubic in log t. Only without inner knots is it solved for t.

    >>> spline("hazard", (0.0, 2.0)).cumulative
    'exp(min(gamma0 + gamma1 * log(t), 700))'
    >>> spline("odds", (0.0, 1.0, 2.0)).parameters
    ('gamma0', 'gamma1', 'gamma2')
    """
    low, high = knots[0], knots[-1]
    eta, rise = "gamma0 + gamma1 * log(t)", "gamma1"
    for j, knot in enumerate(knots[1:-1], start=2):
        share = (high - knot) / (high - low)
        parts = [("", knot), (f"- {share!r} * ", low), (f"- {1 - share!r} * ", high)]
        above = [(factor, f"max(log(t) - {_signed(k)}, 0)") for factor, k in parts]
        eta += f" + gamma{j} * (" + " ".join(f"{factor}{x} ** 3" for factor, x in above) + ")"
        rise += f" + 3 * gamma{j} * (" + " ".join(f"{factor}{x} ** 2" for factor, x in above) + ")"
    names = tuple(f"gamma{j}" for j in range(len(knots)))
    start = f"({rise}) / t"
    plain = len(knots) == 2
    if scale == "hazard":
        log_failed = "log(-log_one_plus(-p))"
        return FamilyFormulas(
            names,
            survival=f"exp(-exp(min({eta}, 700)))",
            cumulative=f"exp(min({eta}, 700))",
            hazard=f"{start} * exp(min({eta}, 700))",
            quantile=f"exp(({log_failed} - gamma0) / gamma1)" if plain else "",
            mean="exp(log_gamma(1 + 1 / gamma1) - gamma0 / gamma1)" if plain else "",
        )
    if scale == "odds":
        return FamilyFormulas(
            names,
            survival=f"1 / (1 + exp(min({eta}, 700)))",
            cumulative=f"log_one_plus_exp({eta})",
            hazard=f"{start} * exp({eta} - log_one_plus_exp({eta}))",
            quantile="exp((log(p / (1 - p)) - gamma0) / gamma1)" if plain else "",
        )
    return FamilyFormulas(
        names,
        survival=f"normal_cdf(-({eta}))",
        cumulative=f"-log_normal_cdf(-({eta}))",
        hazard=f"{start} * exp({log_normal_hazard(eta)})",
        quantile="exp((normal_ppf(p) - gamma0) / gamma1)" if plain else "",
        mean="exp(1 / (2 * gamma1 ** 2) - gamma0 / gamma1)" if plain else "",
    )


def piecewise(cuts: int) -> FamilyFormulas:
    """Constant hazards rate1, rate2, ... (logs) between the times cut1, cut2, ..., the last one for good.

    >>> piecewise(1).cumulative
    'exp(rate1) * min(t, cut1) + exp(rate2) * max(t - cut1, 0)'
    """
    starts = ["0", *(f"cut{j}" for j in range(1, cuts + 1))]
    rates = [f"exp(rate{j})" for j in range(1, cuts + 2)]

    def spent(j: int) -> str:
        """Time spent in piece j by time t."""
        if j == cuts:
            return f"max(t - {starts[j]}, 0)" if cuts else "t"
        return f"min(t, {starts[1]})" if j == 0 else f"min(max(t - {starts[j]}, 0), {starts[j + 1]} - {starts[j]})"

    def until(j: int) -> str:
        """Cumulative hazard at the start of piece j."""
        return " + ".join(f"{rates[i]} * ({starts[i + 1]} - {starts[i]})" for i in range(j)) or "0"

    def needed(j: int) -> str:
        """Time in piece j until a share p has had the event."""
        time = f"max((-log_one_plus(-p) - ({until(j)})) / {rates[j]}, 0)"
        return time if j == cuts else f"min({time}, {starts[j + 1]} - {starts[j]})"

    cumulative = " + ".join(f"{rates[j]} * {spent(j)}" for j in range(cuts + 1))
    hazard = rates[cuts]
    for j in range(cuts - 1, -1, -1):
        hazard = f"where(t < {starts[j + 1]}, {rates[j]}, {hazard})"
    gains = [f"exp(-({until(j)})) * -exp_less_one(-{rates[j]} * ({{}})) / {rates[j]}" for j in range(cuts + 1)]
    whole = [gain.format(f"{starts[j + 1]} - {starts[j]}") for j, gain in enumerate(gains[:cuts])]
    return FamilyFormulas(
        (*(f"rate{j}" for j in range(1, cuts + 2)), *(f"cut{j}" for j in range(1, cuts + 1))),
        survival=f"exp(-({cumulative}))",
        cumulative=cumulative,
        hazard=hazard,
        quantile=" + ".join(needed(j) for j in range(cuts + 1)),
        mean=" + ".join([*whole, f"exp(-({until(cuts)})) / {rates[cuts]}"]),
        restricted_mean=" + ".join(gain.format(spent(j)) for j, gain in enumerate(gains)),
    )


def _signed(number: float) -> str:
    return repr(number) if number >= 0 else f"({number!r})"
