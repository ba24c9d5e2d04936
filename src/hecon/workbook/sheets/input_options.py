"""What may be chosen for an input that is a switch or a choice: the numbers that its label tells, or 0 and 1, and their names."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

_TOLD = re.compile(r"(?:^|[:,;]) ?(\d+) ")
_PATTERN = re.compile(r"[*?~]")  # what a search in a spreadsheet takes for a pattern
_LONGEST = 200  # letters


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


def option_names(one: "Parameter") -> dict[float, str]:
    """The names that an input's label gives to its numbers, in their order; {} where it names none, or not all apart.

    The numbers follow one another, so that a place in a list stands for each.

    >>> from hecon.inputs.parameter import Parameter
    >>> option_names(Parameter(name="os_family", value=2.0, unit="choice", label="family of os: 1 weibull, 2 piecewise 2"))
    {1.0: 'weibull', 2.0: 'piecewise 2'}
    >>> option_names(Parameter(name="cured", value=0.0, unit="switch", label="cured at 60 months"))
    {}
    """
    found = list(_TOLD.finditer(one.label))
    ends = [*(match.start() for match in found), len(one.label)][1:]
    told = {
        float(match[1]): " ".join(one.label[match.end() : end].split()) for match, end in zip(found, ends, strict=True)
    }
    names = {code: told[code] for code in sorted(options_of(one)) if code in told}
    codes = list(names)
    apart = len({name.lower() for name in names.values()}) == len(names) == len(options_of(one)) > 1
    plain = all(name and len(name) <= _LONGEST and not _PATTERN.search(name) for name in names.values())
    return names if apart and plain and codes[-1] - codes[0] == len(codes) - 1 else {}


def short_label(one: "Parameter") -> str:
    """An input's label without the options it lists; its name where it has no label.

    >>> from hecon.inputs.parameter import Parameter
    >>> short_label(Parameter(name="os_family", value=2.0, unit="choice", label="family of os: 1 weibull, 2 gompertz"))
    'family of os'
    """
    first = _TOLD.search(one.label) if option_names(one) else None
    return (one.label[: first.start()].strip() if first else one.label) or one.name
