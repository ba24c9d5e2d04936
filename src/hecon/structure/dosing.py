"""What a drug costs by dose: body size, whole vials, doses given, the calendar of doses, as formulas for a model's `let`.

Every function returns formula text, so that numpy, the workbook and `explain` have it alike. Amounts are in the unit of
the vials (mg); sizes in the unit that the dose is per (kg or square metre).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hecon.errors import Fault, ModelError, raise_faults
from hecon.structure.clock import years

SHAPES = ("normal", "lognormal")
LESS_BY = ("skipping", "reduction")


@dataclass(frozen=True)
class BodySize:
    """How weight or body surface is spread among those treated: formulas of its mean and standard deviation.

    The spread between patients, not the uncertainty of the mean. `shape` is "normal" (values below 0 count as one
    vial) or "lognormal" with that mean and standard deviation.

    >>> BodySize("w_mean", "w_sd", "normal").above("80")
    'normal_cdf(((w_mean) - (80)) / (w_sd))'
    """

    mean: str
    sd: str
    shape: str

    def above(self, limit: str) -> str:
        """Formula: the share of patients above a size."""
        if self.shape == "normal":
            return f"normal_cdf((({self.mean}) - ({limit})) / ({self.sd}))"
        spread = f"log(1 + (({self.sd}) / ({self.mean})) ** 2)"
        return f"normal_cdf((log(({self.mean}) / ({limit})) - 0.5 * {spread}) / sqrt({spread}))"

    def beyond(self, limit: str) -> str:
        """Formula: the mean size above a limit, E[max(size - limit, 0)]."""
        if self.shape == "normal":
            z = f"((({self.mean}) - ({limit})) / ({self.sd}))"
            return f"(({self.sd}) * (exp(-0.5 * {z} ** 2) / sqrt(2 * pi) + {z} * normal_cdf({z})))"
        spread = f"log(1 + (({self.sd}) / ({self.mean})) ** 2)"
        z = f"((log(({self.mean}) / ({limit})) + 0.5 * {spread}) / sqrt({spread}))"
        return f"(({self.mean}) * normal_cdf({z}) - ({limit}) * normal_cdf({z} - sqrt({spread})))"


def dose_cost(
    name: str,
    dose: str,
    vials: Mapping[float, str],
    sharing: bool,
    size: BodySize | None = None,
    most: float = 0.0,
    intensity: str = "1",
    less_by: str = "",
) -> dict[str, str]:
    """Formulas for the expected drug cost of one administration; the one called `name` is the answer, per dose.

    `dose` is the amount, or with `size` the amount per unit of size; `vials` gives amount in a vial -> price of it.
    With `sharing` nothing is thrown away: the amount at the cheapest price per unit. Without it each patient gets whole
    vials, in the cheapest combination that holds the dose: E[cost] = sum over k of P(dose > k g) (m(k+1) - m(k)), with g
    the vials' common step and m(k) the least cost of k g. The sum ends at `most`, and any larger dose costs as much as
    that: `<name>_left_out` is the mean amount that this leaves out, to be put under a Check. `intensity` is the relative dose
    intensity, which `less_by` says to be whole doses left out ("skipping") or smaller doses ("reduction").

    Raises:
        ModelError: all at once: no vials, sizes without a common step, `most` missing or below a vial, an unknown
            shape, an intensity without `less_by`.

    >>> dose_cost("c_dose", "3", {10: "p_vial"}, sharing=True, size=BodySize("70", "10", "normal"))
    {'c_dose': '(3) * (70) * (p_vial) / 10'}
    >>> dose_cost("c_dose", "25", {10: "p_vial"}, sharing=False)
    {'c_dose': '(p_vial) * ceil((25) / 10 - 1e-9)'}
    """
    raise_faults(_faults(vials, sharing, size, most, intensity, less_by), ModelError, f"dose of {name}")
    if intensity == "1" or less_by == "skipping":
        planned, given = f"({dose})", "" if intensity == "1" else f" * ({intensity})"
    else:
        planned, given = f"({dose}) * ({intensity})", ""
    if sharing:
        amount = planned if size is None else f"{planned} * ({size.mean})"
        prices = [f"({price}) / {amount_in:g}" for amount_in, price in vials.items()]
        cheapest = prices[0] if len(prices) == 1 else f"min({', '.join(prices)})"
        return {name: f"{amount} * {cheapest}{given}"}
    if size is None and len(vials) == 1:
        ((content, price),) = vials.items()
        return {name: f"({price}) * ceil({planned} / {content:g} - 1e-9){given}"}
    return _whole_vials(name, planned, given, vials, size, most)


def doses_in_cycle(loading: Sequence[str] = (), first: str = "", every: str = "", number: str = "") -> str:
    """Formula: how many doses fall into a cycle, from its start up to (not including) its end.

    `loading` lists the times of single doses; from `first` on one is given `every` so long, `number` of them (without
    it: for ever). Times are text with units since the structure's start ("0 weeks", "6 weeks"). Multiply by the share
    on treatment and the cost of a dose; a formula of `t`, so that any cycle length counts the same doses.

    Raises:
        ModelError: neither loading nor maintenance doses, `every` without `first`, a time without a unit, an
            interval that is not above 0.

    >>> from hecon.evaluate.formula import evaluate_formula
    >>> every_three_weeks = doses_in_cycle(first="0 weeks", every="3 weeks", number="4")     # weeks 0, 3, 6, 9
    >>> [float(evaluate_formula(every_three_weeks, t=week / 52, cycle_years=4 / 52)) for week in (0, 4, 8, 12)]
    [2.0, 1.0, 1.0, 0.0]
    """
    if not loading and not every:
        raise ModelError("a schedule needs loading doses, or maintenance doses (first= and every=)")
    if bool(first) != bool(every):
        raise ModelError("maintenance doses need both first= and every=")
    parts = []
    for when in loading:
        time = f"{float(years(when)):.17g}"
        parts.append(f"(t < {time} + 1e-9 and t + cycle_years > {time} + 1e-9)")
    if every:
        interval = float(years(every))
        if interval <= 0:
            raise ModelError(f"every='{every}': doses must be some time apart")
        start = f"{float(years(first)):.17g}"
        before = [f"ceil(({end} - {start}) / {interval:.17g} - 1e-6)" for end in ("t + cycle_years", "t")]
        limits = [f"min({count}, {number})" if number else count for count in before]
        parts.append(f"max(0, {limits[0]}) - max(0, {limits[1]})")
    return " + ".join(parts)


def _whole_vials(
    name: str, planned: str, given: str, vials: Mapping[float, str], size: BodySize | None, most: float
) -> dict[str, str]:
    """The expected cost of whole vials over the spread of doses, up to `most`, and the mean amount beyond it."""
    step = _step(vials)
    steps = max(1, round(most / step))
    if size is None:
        above = [f"({planned} > {k * step:g} + 1e-9)" for k in range(1, steps)]
        beyond = f"max({planned} - {steps * step:g}, 0)"
    else:
        above = [size.above(f"{k * step:g} / ({planned})") for k in range(1, steps)]
        beyond = f"{planned} * {size.beyond(f'{steps * step:g} / ({planned})')}"
    left_out = {f"{name}_left_out": beyond}
    if len(vials) == 1:
        (price,) = vials.values()
        return {name: f"({price}) * ({' + '.join(['1', *above])}){given}"} | left_out
    least = {f"{name}_{k}_units": _least(name, k, vials, step) for k in range(1, steps + 1)}
    gains = [f"{share} * ({name}_{k + 1}_units - {name}_{k}_units)" for k, share in enumerate(above, start=1)]
    return least | {name: f"({' + '.join([f'{name}_1_units', *gains])}){given}"} | left_out


def _faults(
    vials: Mapping[float, str], sharing: bool, size: BodySize | None, most: float, intensity: str, less_by: str
) -> list[Fault]:
    faults = []
    if not vials or any(amount <= 0 for amount in vials):
        faults.append(Fault("vials", "give at least one, as {amount above 0: price}"))
    elif not sharing and len(vials) > 1 and _step(vials) < min(vials) / 20:
        faults.append(Fault("vials", f"sizes {', '.join(f'{v:g}' for v in vials)} have no common step of use"))
    if size is not None and size.shape not in SHAPES:
        faults.append(Fault("size", f"shape '{size.shape}' is not one of {', '.join(SHAPES)}"))
    if not sharing and (size is not None or len(vials) > 1) and most < min(vials, default=0.0):
        faults.append(Fault("most", "whole vials need the largest amount that is costed: give most="))
    elif vials and not sharing and most > 150 * min(_step(vials), *vials):
        faults.append(Fault("most", f"{most:g} is more than 150 steps of vials; the sum would be too long"))
    if (intensity != "1") != (less_by != "") or less_by not in ("", *LESS_BY):
        faults.append(Fault("less_by", f"an intensity is reached by one of {', '.join(LESS_BY)}; got '{less_by}'"))
    return faults


def _step(vials: Mapping[float, str]) -> float:
    """The largest amount of which every vial is a whole multiple."""
    step = 0.0
    for amount in vials:
        a, b = max(step, amount), min(step, amount)
        while b > 1e-9 * amount:
            a, b = b, a - b * int(a / b + 1e-9)
        step = a
    return step


def _least(name: str, k: int, vials: Mapping[float, str], step: float) -> str:
    """Formula: the least cost of vials that hold k steps."""
    ways = []
    for amount, price in vials.items():
        rest = k - round(amount / step)
        ways.append(f"{price}" if rest <= 0 else f"{price} + {name}_{rest}_units")
    return f"min({', '.join(ways)})"
