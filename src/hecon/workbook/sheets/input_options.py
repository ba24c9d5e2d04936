"""What may be chosen for an input that is a switch or a choice: the numbers that its label tells, or 0 and 1."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

_TOLD = re.compile(r"(?:^|[:,;]) ?(\d+) ")


def options_of(one: "Parameter") -> tuple[float, ...]:
    """The numbers that an input may take, where it may take only some; () for any other input.

    Its label lists them with what they mean. A switch whose label lists none is 0 or 1.

    >>> from hecon.inputs.parameter import Parameter
    >>> options_of(Parameter(name="os_family", value=2.0, unit="choice", label="family of os: 1 weibull, 2 piecewise 2"))
    (1.0, 2.0)
    >>> options_of(Parameter(name="cured", value=0.0, unit="switch")), options_of(Parameter(name="fee", value=5.0, unit="EUR"))
    ((0.0, 1.0), ())
    """
    unit = one.unit.lower()
    if unit not in ("switch", "choice"):
        return ()
    told = tuple(dict.fromkeys(float(k) for k in _TOLD.findall(one.label)))
    found = told if len(told) > 1 or unit == "choice" else (0.0, 1.0)
    return found if one.value in found else ()
