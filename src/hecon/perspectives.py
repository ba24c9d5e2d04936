"""Sectors that a cost falls on, methods of counting lost work, and the perspectives that a model's own sectors give.

A cost with a method of lost work has a sector of its own, "productivity: friction", so that a perspective stays what it is: a
named set of sectors. Every societal perspective counts one method alone, and consumption only where its name says so.
"""

from collections.abc import Iterable, Mapping

from hecon.errors import nearest

STANDARD = ("health care", "out-of-pocket", "patient time", "productivity", "informal care", "other")
CONSUMPTION = "consumption"
SECTORS = (*STANDARD, CONSUMPTION)
METHODS = ("illness", "friction", "friction lower bound", "human capital")
UPPER, LOWER = "friction upper bound", "friction lower bound"  # where only bounds are known, beside what both count
ITEM_METHODS = ("illness", "friction", UPPER, LOWER, "human capital")
PERSPECTIVES: Mapping[str, tuple[str, ...]] = {
    "payer": ("health care",),
    "health care sector": ("health care", "out-of-pocket"),
    "societal": STANDARD,
}
WITH_CONSUMPTION = " with consumption"
_OF_METHOD = "productivity: "


def sector_of(method: str) -> str:
    """The sector of a cost of lost work with this method.

    >>> sector_of("friction")
    'productivity: friction'
    """
    return _OF_METHOD + method


def method_of(sector: str) -> str:
    """The method of lost work that a sector belongs to; "" for all others.

    >>> method_of("productivity: human capital"), method_of("productivity")
    ('human capital', '')
    """
    return sector.removeprefix(_OF_METHOD) if sector.startswith(_OF_METHOD) else ""


def methods_of(sectors: Iterable[str]) -> tuple[str, ...]:
    """The methods of lost work that costs of these sectors give, in the order of METHODS.

    >>> methods_of(["health care", "productivity: friction", "productivity: illness"])
    ('illness', 'friction')
    """
    found = {method_of(sector) for sector in sectors}
    return tuple(method for method in METHODS if method in found or (method == "friction" and UPPER in found))


def item_methods(method: str) -> tuple[str, ...]:
    """The methods of the items that a method counts: its own, and where friction has two bounds, what both share.

    >>> item_methods("human capital"), item_methods("friction lower bound")
    (('human capital',), ('friction', 'friction lower bound'))
    """
    return {"friction": ("friction", UPPER), LOWER: ("friction", LOWER)}.get(method, (method,))


def counted_by(method: str, sectors: Iterable[str]) -> tuple[str, ...]:
    """Of these sectors, those of lost work that a method counts.

    >>> counted_by("friction", ["productivity: friction", "productivity: friction upper bound", "productivity: illness"])
    ('productivity: friction', 'productivity: friction upper bound')
    """
    found = set(sectors)
    return tuple(sector_of(one) for one in item_methods(method) if sector_of(one) in found)


def sectors_of(found: Iterable[str]) -> tuple[str, ...]:
    """The sectors that a model is shown with: the standard ones, and of the others those found among its costs.

    >>> sectors_of(["health care", "consumption", "productivity: friction"])[6:]
    ('productivity: friction', 'consumption')
    """
    found = set(found)
    lost = [sector_of(method) for method in ITEM_METHODS if sector_of(method) in found]
    return (*STANDARD, *lost, *([CONSUMPTION] if CONSUMPTION in found else []))


def perspectives_of(found: Iterable[str], lost_work: str = "") -> dict[str, tuple[str, ...]]:
    """The perspectives of a model whose costs have these sectors, each with the sectors it counts.

    `societal` counts lost work by the method `lost_work` (see `lost_work_fault`); without it, and with methods among the
    sectors, there is no `societal`, but one for each method.

    >>> list(perspectives_of(["health care"]))
    ['payer', 'health care sector', 'societal']
    >>> both = perspectives_of(["productivity: illness", "productivity: friction", "consumption"], "friction")
    >>> [name for name in both if name.startswith("societal: f")], both["societal"][6:]
    (['societal: friction', 'societal: friction with consumption'], ('productivity: friction',))
    """
    sectors = sectors_of(found)
    consumption, methods = CONSUMPTION in sectors, methods_of(sectors)
    made = dict(PERSPECTIVES)
    if lost_work in methods:
        made["societal"] = (*STANDARD, *counted_by(lost_work, sectors))
    elif methods:
        del made["societal"]
    bases: dict[str, tuple[str, ...]] = {f"societal: {one}": (*STANDARD, *counted_by(one, sectors)) for one in methods}
    bases = bases or {"societal": STANDARD}
    for name, counted in bases.items():
        made[name] = counted
        if consumption:
            made[name + WITH_CONSUMPTION] = (*counted, CONSUMPTION)
    return made


def further(name: str) -> bool:
    """Whether a perspective is one that a model has besides the usual: by another method, or with consumption.

    >>> further("societal: friction"), further("societal with consumption"), further("societal")
    (True, True, False)
    """
    return name.startswith("societal: ") or name.endswith(WITH_CONSUMPTION)


def lost_work_fault(found: Iterable[str], lost_work: str) -> str:
    """What is wrong with the setting `lost_work` of a model whose costs have these sectors; "" where nothing is.

    >>> lost_work_fault(["health care"], ""), lost_work_fault(["productivity: friction"], "friction")
    ('', '')
    >>> lost_work_fault(["productivity: friction"], "")
    'lost_work is not given: the societal perspective counts one method of lost work; the model has friction'
    """
    methods = methods_of(found)
    if not methods or lost_work in methods:
        return ""
    known = ", ".join(methods)
    if not lost_work:
        told = f"the societal perspective counts one method of lost work; the model has {known}"
        return f"lost_work is not given: {told}"
    return (
        f"no cost of the model counts lost work by '{lost_work}'{nearest(lost_work, methods)} (the model has {known})"
    )
