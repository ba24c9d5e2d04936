"""Survival curves through published points, solved by formulas of the model itself.

Because the points stay inputs, tornado, scenarios, PSA and the live workbook reach them. A curve is a mixture cure whose
uncured die by a Weibull (family 1), log-normal (2) or log-logistic (3) curve: the score of the share of them that is alive is
a straight line over log time. Three points give cure, shape and scale; two give shape and scale beside a stated cure.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from hecon.errors import Fault, ModelError, raise_faults
from hecon.parts.written_numbers import share_faults, written

FAMILIES = {"weibull": 1, "log-normal": 2, "log-logistic": 3}
WITHOUT_PLATEAU = ("error", "no cure")
STEPS = 10  # of Newton's method from the side where it cannot overshoot; 60,000 random curves were met to 1e-12

Point = tuple[str, str]  # time in years and survival, both formulas


def mixture_cure_through(
    name: str, points: Sequence[Point], family: str, without_plateau: str, steps: int = STEPS
) -> dict[str, str]:
    """Formulas for `let`: the mixture cure through three points, as `NAME_cure`, `NAME_shape` and `NAME_scale` (years).

    `points` are (time, survival), in order; `family` is a formula that is 1, 2 or 3. The unknown is the share of the uncured
    that is alive at the last point, and its score. `NAME_score_0` is that score if all alive then were cured: the line
    through the first two points, drawn on. `NAME_score_1` to `NAME_score_10` are Newton's steps from there, which come down
    to the solution; a curve that misses its middle point by more than 1e-9 is not a number. `NAME_bend` is above 0 where
    the points bend as a plateau does. Where they do not, `without_plateau` says what holds: "error" makes the curve not a
    number, which stops the run and names `NAME_refused_without_plateau`; "no cure" takes the curve without cure through the
    first and the last point, if the middle one lies between them (`NAME_no_cure_if_falling`).

    Raises:
        ModelError: another number of points than three, an unknown rule, numbers that rise or are no shares.

    >>> points = [("1", "p_1"), ("2", "p_2"), ("4", "p_4")]
    >>> formulas = mixture_cure_through("os", points, "1", "error")
    >>> formulas["os_score_1"]
    'plateau_step(os_score_0, os_alive_0, os_early, os_middle, os_weight, 1) if os_bend > 0 else os_score_0'
    >>> from hecon.evaluate.formula import evaluate_formulas
    >>> curve = evaluate_formulas(formulas, p_1=0.75, p_2=0.625, p_4=0.53125)
    >>> [round(float(curve[f"os_{part}"]), 9) for part in ("cure", "shape", "scale")]    # 0.5 + 0.5 exp(-t log 2)
    [0.5, 1.0, 1.442695041]
    """
    if len(points) != 3:
        raise ModelError(f"{name}: a mixture cure is solved through three points; got {len(points)}")
    if without_plateau not in WITHOUT_PLATEAU:
        raise ModelError(
            f"{name}: without_plateau='{without_plateau}' is not a known rule: {', '.join(WITHOUT_PLATEAU)}"
        )
    raise_faults(_faults(points, family), ModelError, name)
    (t_1, first), (t_2, middle), (t_3, last) = points
    shares = f"{name}_early, {name}_middle, {name}_weight, {family}"
    formulas = {
        f"{name}_last": last,
        f"{name}_early": f"(({first}) - {name}_last) / (1 - {name}_last)",  # of all deaths by the last point, those after it
        f"{name}_middle": f"(({middle}) - {name}_last) / (1 - {name}_last)",
        f"{name}_weight": f"log(({t_2}) / ({t_1})) / log(({t_3}) / ({t_1}))",
        f"{name}_bend": f"plateau_gap(uncured_score({name}_last, {family}), {name}_last, {shares})",
        f"{name}_score_0": f"(uncured_score({name}_middle, {family}) - (1 - {name}_weight) * uncured_score({name}_early, {family}))"
        f" / {name}_weight if {name}_bend > 0 else uncured_score({name}_last, {family})",
    }
    for k in range(steps):
        step = f"plateau_step({name}_score_{k}, {name}_alive_{k}, {shares})"
        formulas[f"{name}_alive_{k}"] = f"uncured_survival({name}_score_{k}, {family})"
        formulas[f"{name}_score_{k + 1}"] = f"{step} if {name}_bend > 0 else {name}_score_{k}"
    solved = f"{name}_score_{steps}"
    formulas[f"{name}_alive_{steps}"] = f"uncured_survival({solved}, {family})"
    formulas[f"{name}_missed"] = f"abs(plateau_gap({solved}, {name}_alive_{steps}, {shares}))"
    none = "log(-1)"  # not a number, in Python and in a cell
    bent = f"{solved} if {name}_missed < 1e-9 else {none}"
    flat = f"{name}_no_cure_if_falling" if without_plateau == "no cure" else f"{name}_refused_without_plateau"
    formulas[flat] = (
        f"uncured_score({name}_last, {family}) if {name}_early > {name}_middle and {name}_middle > 0 else {none}"
        if without_plateau == "no cure"
        else f"0 if {name}_bend > 0 else {none}"
    )
    return formulas | {
        f"{name}_score": f"({bent}) if {name}_bend > 0 else {flat}",
        f"{name}_uncured": f"uncured_survival({name}_score, {family})",
        f"{name}_cure": f"({name}_last - {name}_uncured) / (1 - {name}_uncured)",
        f"{name}_shape": f"({name}_score - uncured_score({name}_early + (1 - {name}_early) * {name}_uncured, {family}))"
        f" / log(({t_3}) / ({t_1}))",
        f"{name}_scale": f"({t_3}) * exp(-{name}_score / {name}_shape)",
    }


def through_two(name: str, points: Sequence[Point], family: str, cure: str = "0") -> dict[str, str]:
    """Formulas for `let`: the curve through two points with a stated share of cured, in closed form.

    The cured share must lie below both points; elsewhere the curve is not a number and the run stops.

    Raises:
        ModelError: another number of points than two, numbers that rise or are no shares.

    >>> from hecon.evaluate.formula import evaluate_formulas
    >>> formulas = through_two("os", [("1", "0.75"), ("2", "0.625")], "1", cure="0.5")
    >>> curve = evaluate_formulas(formulas)
    >>> round(float(curve["os_shape"]), 9), round(float(curve["os_scale"]), 9)           # 0.5 + 0.5 exp(-t log 2)
    (1.0, 1.442695041)
    """
    if len(points) != 2:
        raise ModelError(f"{name}: this curve is solved through two points; got {len(points)}")
    raise_faults(_faults(points, family), ModelError, name)
    (t_1, first), (t_2, last) = points
    return {
        f"{name}_cure": cure,
        f"{name}_early": f"(({first}) - {name}_cure) / (1 - {name}_cure)",  # of the uncured, alive at the first point
        f"{name}_uncured": f"(({last}) - {name}_cure) / (1 - {name}_cure)",
        f"{name}_shape": f"(uncured_score({name}_uncured, {family}) - uncured_score({name}_early, {family}))"
        f" / log(({t_2}) / ({t_1}))",
        f"{name}_scale": f"({t_2}) * exp(-uncured_score({name}_uncured, {family}) / {name}_shape)",
    }


def survival_through(name: str, time: str, family: str) -> str:
    """Formula: survival at a time (years, a formula) of the curve that either function above solved as `name`.

    >>> survival_through("os", "t", "1")
    'os_cure + (1 - os_cure) * uncured_survival(os_shape * log(max(t, 1e-300) / os_scale), 1)'
    """
    score = f"{name}_shape * log(max({time}, 1e-300) / {name}_scale)"
    return f"{name}_cure + (1 - {name}_cure) * uncured_survival({score}, {family})"


def drawn_points(
    name: str, survival: Sequence[str], at_risk: Sequence[str], z: Sequence[str], background: Sequence[str] = ()
) -> dict[str, str]:
    """Formulas for `let`: points moved by their sampling error, as `NAME_drawn_1` and so on; unmoved where every z is 0.

    Survival of each interval, of those alive at its start, moves on the scale of its logit by z standard errors, to first
    order those of q(1 - q) / n with n at risk: drawn curves fall from point to point, and intervals are independent. With
    `background`, survival of the population at the points, what moves and what is given is survival relative to it, so
    that no draw dies more slowly than the population.

    Raises:
        ModelError: sequences of different lengths.

    >>> formulas = drawn_points("os", ["p_1", "p_2"], ["100", "100 * p_1"], ["z_1", "z_2"])
    >>> formulas["os_drawn_2"]
    'os_drawn_1 / (1 + exp(-(log(os_q_2 / (1 - os_q_2)) + (z_2) * os_se_2)))'
    >>> from hecon.evaluate.formula import evaluate_formulas
    >>> moved = evaluate_formulas(formulas, p_1=0.8, p_2=0.4, z_1=1.0, z_2=0.0)
    >>> round(float(moved["os_se_1"]), 9), round(float(moved["os_drawn_2"] / moved["os_drawn_1"]), 9)
    (0.25, 0.5)
    """
    if not len(survival) == len(at_risk) == len(z) or len(background) not in (0, len(survival)):
        told = f"{len(survival)} points, {len(at_risk)} numbers at risk, {len(z)} errors, {len(background)} of the population"
        raise ModelError(f"{name}: {told}")
    formulas = {}
    for k, (n, error) in enumerate(zip(at_risk, z, strict=True), start=1):
        drawn = f"{name}_drawn_{k - 1}" if k > 1 else "1"
        seen, q = _interval(survival, k), f"{name}_q_{k}"
        if background:
            own = f"{name}_own_{k}"
            formulas[own] = _interval(background, k)  # of the population
            formulas[q] = f"{seen} / {own}"
            formulas[f"{name}_se_{k}"] = f"sqrt(({seen}) * (1 - {seen}) / ({n})) / ({own} * {q} * (1 - {q}))"
        else:
            formulas[q] = seen
            formulas[f"{name}_se_{k}"] = f"1 / sqrt(({n}) * {q} * (1 - {q}))"
        formulas[f"{name}_drawn_{k}"] = f"{drawn} / (1 + exp(-(log({q} / (1 - {q})) + ({error}) * {name}_se_{k})))"
    return formulas


def _interval(points: Sequence[str], k: int) -> str:
    """Survival of the k-th interval, of those alive at its start."""
    return f"({points[k - 1]})" + (f" / ({points[k - 2]})" if k > 1 else "")


def _faults(points: Sequence[Point], family: str) -> Iterator[Fault]:
    """What is wrong with points and family where they are written as numbers or words; the rest only a run tells."""
    if family in FAMILIES:
        yield Fault("family", f'is a formula that gives a number; for {family} write "{FAMILIES[family]}"')
    yield from share_faults({f"survival at {time} years": survival for time, survival in points})
    for (t_1, first), (t_2, second) in pairwise(points):
        if _rises(t_2, t_1):
            yield Fault("points", f"times rise from point to point; got {t_1} and then {t_2}")
        if _rises(first, second):
            yield Fault(
                "points", f"survival falls from point to point; got {first} at {t_1} and {second} at {t_2} years"
            )


def _rises(one: str, other: str) -> bool:
    """Whether two numbers that are written out do not fall from the one to the other."""
    before, after = written(one), written(other)
    return before is not None and after is not None and after >= before


def population_alive(time: str, table: str, age: str, p_female: str) -> str:
    """Formula: the share of the population alive at a time (years, a formula); a constant hazard within each year of age.

    >>> population_alive("2", "life_table", "age_start", "p_female")
    'alive_mix(life_table, age_start + 2, p_female, age_start)'
    """
    if time.isdigit():
        return f"alive_mix({table}, {age} + {time}, {p_female}, {age})"
    whole = f"floor({time})"
    now, later = (f"alive_mix({table}, {age} + {year}, {p_female}, {age})" for year in (whole, f"{whole} + 1"))
    return f"{now} * ({later} / {now}) ** (({time}) - {whole})"
