"""Utilities as formulas: lowered with age by a table of norms, joined with each other, and lost to adverse events.

Norms are a table of the inputs (age, male, female), never constants of a formula, so that another country's replace them.
"""

from hecon.errors import ModelError, nearest

WAYS = ("multiplicative", "additive", "minimum")
LOSSES = ("state", "year")


def population_norm(table: str, age: str, p_female: str) -> str:
    """Formula: the mean utility of the population at an age; `table` has the columns male and female.

    `p_female` is the share of women among those alive at that age.

    >>> population_norm("norms", "age", "p_female")
    '((1 - (p_female)) * norms[age, "male"] + (p_female) * norms[age, "female"])'
    """
    return f'((1 - ({p_female})) * {table}[{age}, "male"] + ({p_female}) * {table}[{age}, "female"])'


def age_adjusted(utility: str, norm: str, norm_start: str, way: str) -> str:
    """Formula: a utility measured at the starting age, as it is when the population's norm has come down to `norm`.

    multiplicative: utility x norm / norm_start (Ara, Brazier 2010); additive: utility - (norm_start - norm); minimum:
    the utility, but never above the norm.

    Raises:
        ModelError: an unknown way.

    >>> from hecon.evaluate.formula import evaluate_formula
    >>> ways = (age_adjusted("u", "now", "then", way) for way in WAYS)
    >>> [round(float(evaluate_formula(one, u=0.8, now=0.7, then=0.9)), 4) for one in ways]    # 0.56 / 0.9; 0.8 - 0.2; 0.7
    [0.6222, 0.6, 0.7]
    """
    _known(way)
    if way == "multiplicative":
        return f"({utility}) * ({norm}) / ({norm_start})"
    if way == "additive":
        return f"({utility}) - (({norm_start}) - ({norm}))"
    return f"min({utility}, {norm})"


def joint_utility(one: str, other: str, way: str) -> str:
    """Formula: the utility of two conditions at once, from the utility of each.

    multiplicative: their product; additive: 1 less both losses; minimum: the lower one.

    Raises:
        ModelError: an unknown way.

    >>> [joint_utility("a", "b", way) for way in WAYS]
    ['(a) * (b)', '(a) + (b) - 1', 'min(a, b)']
    """
    _known(way)
    return {"multiplicative": f"({one}) * ({other})", "additive": f"({one}) + ({other}) - 1"}.get(
        way, f"min({one}, {other})"
    )


def adverse_event_loss(share: str, loss: str, days: str = "", of: str = "state") -> str:
    """Formula: QALYs lost to an adverse event, below 0: the share that has it x its loss x its duration.

    `of` says what the published loss is of: a "state" that lasts `days`, or a "year" that holds the event. A year's
    loss already contains the event's duration, so it takes no days: to multiply it again would count the event twice.
    The loss may be written with either sign. Use it once, on entering or when the event happens, and leave the event
    out of the utility of the state it happens in.

    Raises:
        ModelError: a state's loss without days, a year's loss with days, an unknown `of`.

    >>> from hecon.evaluate.formula import evaluate_formula
    >>> round(float(evaluate_formula(adverse_event_loss("0.3", "0.1", "14"))), 8)      # 0.3 x 0.1 x 14 days
    -0.0011499
    >>> adverse_event_loss("p_crs", "du_crs", of="year")
    '-(p_crs) * abs(du_crs)'
    """
    if of not in LOSSES:
        raise ModelError(f"a loss is of a {' or of a '.join(LOSSES)}; got '{of}'{nearest(of, LOSSES)}")
    if (of == "state") != bool(days):
        told = (
            "of a state lasts some days: give days="
            if of == "state"
            else "of a year holds its duration: leave out days="
        )
        raise ModelError(f"loss '{loss}' {told}")
    return f"-({share}) * abs({loss})" + (f" * ({days}) / 365.25" if days else "")


def _known(way: str) -> None:
    if way not in WAYS:
        raise ModelError(f"'{way}' is not one of {', '.join(WAYS)}{nearest(way, WAYS)}")
