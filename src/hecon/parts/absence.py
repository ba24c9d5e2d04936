"""Work and time lost in a single episode, in days: the patient's paid work by each method, and what treatment takes from a family.

Lost work is counted by one method in a perspective; every method has an item of its own, so one run has them all.
"""

from collections.abc import Sequence

from hecon.structure.items import Cost

ILL, DEAD = "lost work, illness", "lost work, death"
WHOLE = ("illness", "human capital")  # methods that count every day of an absence


def lost_work_item(
    name: str, amount: str, category: str, method: str, *, at: str = "", on: str = "", of: str = ""
) -> Cost:
    """A cost of the patient's paid work that one method counts; its name ends with the method.

    >>> lost_work_item("stroke", "c_day", ILL, "human capital").name
    'stroke_human_capital'
    """
    named = f"{name}_{method.replace(' ', '_')}"
    return Cost(named, amount, category, sector="productivity", method=method, at=at, on=on, of=of)


def absence(
    name: str,
    days: str,
    day: str = "day_of_work",
    friction_days: str = "",
    part: str = "",
    at: str = "",
    share: str = "1",
    of: str = "",
    methods: Sequence[str] = (*WHOLE, "friction"),
) -> list[Cost]:
    """The patient's paid work lost in one episode: an item for each method, category "lost work, illness".

    `days` is the length for one who is absent, `day` the value of a day of the average patient (employment by age is in
    it), `share` the share of those who reach the node that is absent; all are formulas. Illness and human capital count
    every day, friction at most `friction_days` of them; left out, every day, which is right for an episode that is shorter.
    `methods` may be ("friction lower bound",) and so on, for a model that has bounds.

    >>> for item in absence("transplant_work", "days_off", friction_days="d_friction"):
    ...     print(item.name, "=", item.amount)
    transplant_work_illness = (1) * (days_off) * (day_of_work)
    transplant_work_human_capital = (1) * (days_off) * (day_of_work)
    transplant_work_friction = (1) * min(days_off, d_friction) * (day_of_work)
    """
    capped = f"min({days}, {friction_days})" if friction_days else f"({days})"
    return [
        lost_work_item(
            name + part,
            f"({share}) * {f'({days})' if method in WHOLE else capped} * ({day})",
            ILL,
            method,
            at=at,
            of=of,
        )
        for method in methods
    ]


def death_before(
    name: str,
    value_of_year: str,
    friction_years: str,
    absent_years: str = "0",
    share: str = "1",
    at: str = "",
    part: str = "",
) -> list[Cost]:
    """A death before a structure begins, by friction: what is left of one friction period after `absent_years` of absence.

    For the leaf that leads into the dead state, `Leaf(to=LONG_TERM, start="dead")`: nobody makes a transition there. The
    human-capital method needs nothing here, since its flow is counted in the dead state.

    >>> death_before("died_waiting", "output_year", "d_friction / 12", "d_wait")[0].amount
    '(1) * max(0, (d_friction / 12) - (d_wait)) * (output_year)'
    """
    left = f"max(0, ({friction_years}) - ({absent_years}))" if absent_years != "0" else f"({friction_years})"
    return [lost_work_item(name + part, f"({share}) * {left} * ({value_of_year})", DEAD, "friction", at=at)]


def family(days: str, part: str = "", at: str = "") -> list[Cost]:
    """What so many days of treatment take: a carer's paid work and other hours, the patient's own time, travel and lodging.

    `days` is a formula. The model's let defines the values of a day: `day_of_care_work` (paid work that a carer loses),
    `day_of_care` (the rest of the carer's hours), `day_of_patient` (the patient's hours that are not paid work) and
    `c_oop_day` (travel and lodging). The patient's own paid work is in `absence` or LostWork.

    >>> [(item.name, item.category) for item in family("days_stay")][:2]
    [('carers_work', 'lost work of carers'), ('carers_time', 'informal care')]
    """
    lines = (
        ("carers_work", "day_of_care_work", "lost work of carers", "productivity"),
        ("carers_time", "day_of_care", "informal care", "informal care"),
        ("patient_time", "day_of_patient", "patient time", "patient time"),
        ("travel", "c_oop_day", "travel and lodging", "out-of-pocket"),
    )
    return [Cost(name + part, f"({days}) * {day}", category, sector, at=at) for name, day, category, sector in lines]
