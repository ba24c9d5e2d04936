"""Which curve is meant: a family's name taken apart into base, spline knots and cure, with its parameters in order.

The parameters are flexsurv's; estimates live on a transformed scale (log of what must be positive, logit of a share).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hecon.errors import InputError, nearest

# name of the family: (parameter, transform) in order, and the location parameter that carries covariates.
# Jackson 2016, J Stat Softw 70(8), "flexsurv".
BASES: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "exponential": ((("rate", "log"),), "rate"),
    "weibull": ((("shape", "log"), ("scale", "log")), "scale"),
    "weibullPH": ((("shape", "log"), ("scale", "log")), "scale"),
    "gompertz": ((("shape", "identity"), ("rate", "log")), "rate"),
    "gamma": ((("shape", "log"), ("rate", "log")), "rate"),
    "lnorm": ((("meanlog", "identity"), ("sdlog", "log")), "meanlog"),
    "llogis": ((("shape", "log"), ("scale", "log")), "scale"),
    "gengamma": ((("mu", "identity"), ("sigma", "log"), ("Q", "identity")), "mu"),
}
STANDARD = ("exponential", "weibull", "gompertz", "lnorm", "llogis", "gamma", "gengamma")
SPLINE_SCALES = ("hazard", "odds", "normal")
CURES = ("mixture", "non-mixture")
_SPELLING = re.compile(
    r"^(?:(?:spline (?P<scale>\w+)|(?P<pieces>piecewise))(?: (?P<inner>\d+))?|(?P<base>\w+))(?: (?P<cure>[\w-]+) cure)?$"
)


@dataclass(frozen=True)
class Family:
    """A family: `base`, or a spline on `scale` with `inner` knots; `cure` is "", "mixture" or "non-mixture".

    `knots` are a spline's log times (inner + 2 of them) once they are known; those of base "piecewise" are the times
    (inner of them) at which its hazard changes.
    """

    name: str
    base: str
    scale: str
    inner: int
    cure: str
    knots: tuple[float, ...] = ()

    @property
    def is_spline(self) -> bool:
        """Whether the base is a Royston-Parmar spline."""
        return bool(self.scale)

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """(name, transform) of every parameter but covariate effects, in the order of the estimates.

        >>> family("weibull mixture cure").parameters
        (('shape', 'log'), ('scale', 'log'), ('cure', 'logit'))
        """
        if self.is_spline:
            base = tuple((f"gamma{k}", "identity") for k in range(self.inner + 2))
        elif self.base == "piecewise":
            base = tuple((f"rate{k + 1}", "log") for k in range(self.inner + 1))
        else:
            base = BASES[self.base][0]
        return (*base, ("cure", "logit")) if self.cure else base

    @property
    def location(self) -> str:
        """The parameter that covariates act on; "" for a piecewise curve, which takes none."""
        return "gamma0" if self.is_spline else BASES[self.base][1] if self.base in BASES else ""


def family(name: str, knots: Sequence[float] | None = None) -> Family:
    """The family of a name: "lnorm", "gompertz non-mixture cure", "spline odds 2", "piecewise 3 mixture cure", ...

    `knots` are the log times of a spline's knots, the two ends included, or the times at which a piecewise exponential
    curve changes; without them they are chosen when fitting.

    Raises:
        InputError: a name that is not known, a spline without a number of inner knots, knots that do not rise.

    >>> family("spline hazard", knots=[0, 1, 2.5]).name
    'spline hazard 1'
    >>> family("weibul")
    Traceback (most recent call last):
    hecon.errors.InputError: unknown family 'weibul'; did you mean 'weibull'? (known: exponential, weibull, weibullPH, \
gompertz, gamma, lnorm, llogis, gengamma; 'spline hazard 1', odds or normal; 'piecewise 2'; each with \
' mixture cure' or ' non-mixture cure')
    """
    match = _SPELLING.match(name.strip())
    parts = {part: text or "" for part, text in match.groupdict().items()} if match else {}
    base, scale, cure, pieces = (parts.get(part, "") for part in ("base", "scale", "cure", "pieces"))
    if not ((base in BASES or scale in SPLINE_SCALES or pieces) and cure in ("", *CURES)):
        known = [*BASES, *(f"spline {scale} 1" for scale in SPLINE_SCALES), "piecewise 2"]
        known += [f"{one} {cure} cure" for one in known for cure in CURES]
        raise InputError(
            f"unknown family '{name}'{nearest(name, known)} (known: {', '.join(BASES)}; 'spline hazard 1', odds or "
            "normal; 'piecewise 2'; each with ' mixture cure' or ' non-mixture cure')"
        )
    if base:
        if knots:
            raise InputError(f"family '{name}' has no knots; only splines have")
        return Family(name.strip(), base, "", 0, cure)
    ends = 0 if pieces else 2
    inner = int(parts["inner"]) if parts["inner"] else (len(knots) - ends if knots else -1)
    if inner < 0 or (pieces and not inner):
        what = "times it changes, such as 'piecewise 2'" if pieces else f"inner knots, such as 'spline {scale} 2'"
        raise InputError(f"'{name}': say how many {what}, or give the knots")
    kind = "piecewise" if pieces else f"spline {scale}"
    plain = Family(f"{kind} {inner}" + (f" {cure} cure" if cure else ""), kind.split()[0], scale, inner, cure)
    return with_knots(plain, knots) if knots else plain


def with_knots(spline: Family, knots: Sequence[float]) -> Family:
    """The same spline with these knots (log times, rising, one per inner knot and two ends), or piecewise curve with
    these times of change (rising, above 0).

    >>> with_knots(family("piecewise 2"), [1, 3]).knots
    (1.0, 3.0)
    >>> with_knots(family("spline odds 1"), [0, 2])
    Traceback (most recent call last):
    hecon.errors.InputError: 'spline odds 1' needs 3 knots (log times, ends included); got 0, 2
    """
    wanted = spline.inner + 2 if spline.is_spline else spline.inner
    told = "log times, ends included" if spline.is_spline else "the times above 0 at which it changes"
    if len(knots) != wanted or not (spline.is_spline or min(knots) > 0):
        listed = ", ".join(f"{knot:.4g}" for knot in knots)
        raise InputError(f"'{spline.name}' needs {wanted} knots ({told}); got {listed}")
    if any(later - sooner < 1e-9 for sooner, later in pairwise(knots)):
        listed = ", ".join(f"{knot:.4g}" for knot in knots)
        times = "log times" if spline.is_spline else "times"
        raise InputError(f"'{spline.name}': knots must rise; got {times} {listed}; use fewer knots")
    return replace(spline, knots=tuple(float(knot) for knot in knots))


def to_natural(transform: str, estimate: float) -> float:
    """The natural value of a transformed estimate.

    >>> to_natural("log", 0.0), to_natural("logit", 0.0), to_natural("identity", -0.3)
    (1.0, 0.5, -0.3)
    """
    if transform == "log":
        return math.exp(estimate)
    if transform == "logit":
        return 1 / (1 + math.exp(-estimate)) if estimate > -700 else 0.0
    return estimate


def to_transformed(transform: str, value: float) -> float:
    """The transformed value of a natural one; InputError when the natural value is out of its range.

    >>> to_transformed("log", 1.0), to_transformed("logit", 0.5)
    (0.0, 0.0)
    """
    if transform == "log":
        if value <= 0:
            raise InputError(f"must be above 0; got {value:g}")
        return math.log(value)
    if transform == "logit":
        if not 0 < value < 1:
            raise InputError(f"must be between 0 and 1; got {value:g}")
        return math.log(value / (1 - value))
    return value
