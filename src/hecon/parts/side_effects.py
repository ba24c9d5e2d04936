"""Side effects as a table, one line per event: its cost, its QALYs and the patient's lost work follow from the line.

Acute, subacute and late events look alike, whatever they are of: a cell product, chemotherapy, radiation, surgery.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from hecon.causes import TREATMENTS
from hecon.errors import Fault, ModelError, nearest, raise_faults
from hecon.parts.absence import absence
from hecon.parts.written_numbers import share_faults
from hecon.structure.clock import years
from hecon.structure.items import QALY, Cost, Outcome
from hecon.structure.utilities import adverse_event_loss


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What a line says for its reader alone: it enters no amount."""

    duration: str = ""
    setting: str = ""
    mortality: str = ""
    source: str = ""


@dataclass(frozen=True)
class SideEffect(_Told):
    """One event of one grade; every amount is a formula.

    `of` is the treatment that it is a harm of, one of TREATMENTS. `incidence` is the share of those treated that has it,
    `recurrence` how many times each of them has it. `cost` is money per case, `days_off` days of the patient's paid work
    per case. QALYs are lost by a case in one of two ways: `loss` of a yearly vignette, which holds the event's duration
    and takes no days; or `disutility` of a state that lasts `days`. `onset` is the time from the treatment, a span
    ("3 months") or a formula in years.
    `duration`, `setting`, `mortality` and `source` are told to the reader and enter no amount: deaths of an event are in the
    survival curves already, and an item never adds deaths.

    >>> SideEffect("febrile neutropenia", grade="3-4", of="chemotherapy", incidence="p_fn", cost="c_fn").name
    'febrile_neutropenia_3_4_chemotherapy'
    """

    event: str
    grade: str = ""
    of: str = "product"
    incidence: str = ""
    cost: str = ""
    loss: str = ""
    disutility: str = ""
    days: str = ""
    days_off: str = ""
    onset: str = ""
    recurrence: str = "1"

    @property
    def name(self) -> str:
        """What its items are called: event, grade and treatment, as one word."""
        return re.sub(r"\W+", "_", " ".join(filter(None, (self.event, self.grade, self.of)))).strip("_")


def side_effects(
    events: Sequence[SideEffect],
    share: str = "1",
    at: str = "",
    part: str = "",
    day_of_work: str = "day_of_work",
    friction_days: str = "",
) -> list[Outcome]:
    """The items of a table of events, for a `share` of those who reach a node (a formula), at the time `at` of treatment.

    A line gives a Cost and a QALY, category "side effects", `of` its treatment; with `days_off` also the patient's lost
    work by each method (see `absence`, which takes `day_of_work`, money per day, and `friction_days`). `part` is
    put behind the names, where a strategy has one table twice. A line's own `onset` is added to `at`.

    Raises:
        ModelError: all at once: lines without incidence or without effect, an unknown treatment, a loss that is of both
            ways or of none, two lines with one name.

    >>> crs = SideEffect("cytokine release", "3-4", incidence="p_crs", cost="c_crs", loss="du_crs_year")
    >>> for item in side_effects([crs]):
    ...     print(item.kind, item.name, "=", item.amount)
    cost cytokine_release_3_4_product = (p_crs) * (c_crs)
    qaly cytokine_release_3_4_product = -((p_crs)) * abs(du_crs_year)
    """
    raise_faults(_faults(events), ModelError, "side effects")
    items: list[Outcome] = []
    for one in events:
        cases = " * ".join(f"({x})" for x in (share, one.incidence, one.recurrence) if x != "1") or "1"
        when, name = _sum_of_times(at, one.onset), one.name + part
        if one.cost:
            money = f"{cases} * ({one.cost})"
            items.append(Cost(name, money, "side effects", "health care", at=when, of=one.of))
        if one.loss or one.disutility:
            way = {"of": "year"} if one.loss else {"days": one.days}
            lost = adverse_event_loss(cases, one.loss or one.disutility, **way)
            items.append(QALY(name, lost, at=when, category="side effects", of=one.of))
        if one.days_off:
            items += absence(name, one.days_off, day_of_work, friction_days, at=when, share=cases, of=one.of)
    return items


def rule_of_three(n: str) -> str:
    """Formula: the upper 95% limit of an incidence when none of `n` patients had the event, 3 / n.

    An assumption, to be marked as one: it is what no case seen cannot exclude, not what was seen. The exact limit is
    1 - 0.05 ** (1 / n): 0.259 for 0 of 10, where the rule says 0.3 (Hanley, Lippman-Hand 1983).

    >>> rule_of_three("n_treated")
    '3 / (n_treated)'
    """
    return f"3 / ({n})"


def event_table(events: Sequence[SideEffect]) -> str:
    """The lines as a table to print, the columns that no line fills left out.

    >>> print(event_table([SideEffect("mucositis", "3+", "radiation", incidence="p_mucositis", cost="c_mucositis")]))
    event      grade  of         incidence    cost
    mucositis  3+     radiation  p_mucositis  c_mucositis
    """
    order = [f.name for f in fields(SideEffect) if f.name not in _Told.__annotations__] + list(_Told.__annotations__)
    empty = {"recurrence": "1"}
    used = [f for f in order if any(getattr(one, f) != empty.get(f, "") for one in events)]
    rows = [[f.replace("_", " ") for f in used], *([getattr(one, f) for f in used] for one in events)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(used))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _sum_of_times(*times: str) -> str:
    """The sum of spans ("3 months") and formulas in years: a single one as it was written, nothing for none."""
    given = [time for time in times if time]
    return given[0] if len(given) == 1 else " + ".join(_in_years(time) for time in given)


def _in_years(time: str) -> str:
    try:
        return f"{float(years(time)):.17g}"
    except ModelError:
        return f"({time})"


def _faults(events: Sequence[SideEffect]) -> list[Fault]:
    faults = []
    names = [one.name for one in events]
    for one in events:
        place = f"{one.event} {one.grade}".strip()
        if one.of not in TREATMENTS:
            known = ", ".join(TREATMENTS)
            faults.append(Fault(place, f"of='{one.of}' is not one of {known}{nearest(one.of, TREATMENTS)}"))
        if not one.incidence:
            faults.append(Fault(place, 'needs an incidence; where no case was seen write rule_of_three("n")'))
        faults += share_faults({place: one.incidence})
        if not (one.cost or one.loss or one.disutility or one.days_off):
            faults.append(Fault(place, "has no effect: give cost=, loss=, disutility= with days=, or days_off="))
        if one.loss and (one.disutility or one.days):
            faults.append(
                Fault(place, "the loss of a yearly vignette holds its duration: leave out disutility= and days=")
            )
        if not one.loss and bool(one.disutility) != bool(one.days):
            faults.append(Fault(place, "a disutility lasts some days: give both disutility= and days="))
        if names.count(one.name) > 1:
            faults.append(Fault(place, f"more than one line is called '{one.name}': tell them apart by event or grade"))
    return faults
