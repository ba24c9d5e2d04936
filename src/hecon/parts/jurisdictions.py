"""What each jurisdiction asks of an evaluation: rates, threshold, perspective, lost work, severity; with how sure that is.

The table stands in data/jurisdictions.csv. Every rule is tagged: read from a source, recalled, or derived.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hecon.errors import InputError, nearest
from hecon.inputs.price_data import package_table

OLD = 18  # months after which a rule should be looked up again


@dataclass(frozen=True)
class Rule:
    """One rule as the table has it, "" where there is none, with its tag: read, recalled or derived."""

    value: str
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class Severity:
    """How severity moves the decision: a `weight` of QALYs or a `threshold`, by bands of absolute or proportional shortfall.

    A band is (from which shortfall, what it gives). `discounted` says whether QALYs are discounted for it.
    """

    gives: str
    absolute: tuple[tuple[float, float], ...]
    proportional: tuple[tuple[float, float], ...]
    discounted: bool
    tag: str
    told: str


@dataclass(frozen=True)
class Jurisdiction:
    """The rules of one jurisdiction. `code` is its ISO code, `as_of` the first day of the month or year its source tells.

    Discount rates are texts as the settings `discount_cost` and `discount_effect` take them. `threshold` is from the lower
    to the higher one, in `currency` per QALY.
    """

    code: str
    name: str
    agency: str
    discount_cost: Rule
    discount_effect: Rule
    threshold_low: Rule
    threshold_high: Rule
    currency: str
    perspective: Rule
    lost_work: Rule
    consumption: Rule
    severity: Severity | None
    as_of: date | None
    source: str
    told: Mapping[str, str]  # what else is said of discounting, threshold, perspective, lost work


def jurisdictions() -> tuple[Jurisdiction, ...]:
    """All jurisdictions that the package knows, in the order of its table.

    >>> len(jurisdictions()), jurisdictions()[0].agency
    (25, 'NICE')
    """
    return tuple(_read(row) for row in package_table("jurisdictions.csv"))


def jurisdiction(code: str) -> Jurisdiction:
    """The rules of one jurisdiction by its ISO code.

    Raises:
        InputError: a code that the table does not have.

    >>> jurisdiction("FRA").discount_cost
    Rule(value='0.025 to 30; 0.015', tag='recalled')
    >>> jurisdiction("NLDS")
    Traceback (most recent call last):
    hecon.errors.InputError: there is no jurisdiction 'NLDS'; did you mean NLD? (hecon jurisdictions lists them)
    """
    known = {one.code: one for one in jurisdictions()}
    if code not in known:
        land = {"UK": "GB"}.get(code[:2].upper(), code[:2].upper())  # GBR has rules by nation alone
        near = [one for one in known if one.startswith(land)]
        hint = f"; did you mean {' or '.join(near)}?" if near else nearest(code, known)
        raise InputError(f"there is no jurisdiction '{code}'{hint} (hecon jurisdictions lists them)")
    return known[code]


def doubts(one: Jurisdiction, today: date) -> list[str]:
    """Why its rules should be looked up again: undated or old, and which of them are from memory.

    >>> doubts(jurisdiction("NLD"), date(2026, 5, 1))[0]
    'the rules of NLD are of 2024-10-01, 19 months old: look them up again'
    >>> doubts(jurisdiction("NLD"), date(2025, 1, 1))
    ['recalled, not read: discount effect, threshold low, severity']
    """
    found = []
    if one.as_of is None:
        found.append(f"the rules of {one.code} have no date: look them up again")
    elif (months := (today.year - one.as_of.year) * 12 + today.month - one.as_of.month) > OLD:
        found.append(f"the rules of {one.code} are of {one.as_of}, {months} months old: look them up again")
    names = ("discount_cost", "discount_effect", "threshold_low", "threshold_high", "perspective", "lost_work")
    recalled = [name.replace("_", " ") for name in names if getattr(one, name).tag == "recalled" and getattr(one, name)]
    recalled += ["severity"] if one.severity is not None and one.severity.tag == "recalled" else []
    return [*found, *([f"recalled, not read: {', '.join(recalled)}"] if recalled else [])]


def _read(row: Mapping[str, str]) -> Jurisdiction:
    def rule(name: str) -> Rule:
        return Rule(row[name], row[f"{name}_tag"])

    severity = None
    if row["severity_gives"]:
        severity = Severity(
            row["severity_gives"], _bands(row["severity_absolute"]), _bands(row["severity_proportional"]),
            row["severity_discounted"] == "yes", row["severity_tag"], row["severity_note"],
        )  # fmt: skip
    return Jurisdiction(
        row["jurisdiction"], row["name"], row["agency"], rule("discount_cost"), rule("discount_effect"),
        rule("threshold_low"), rule("threshold_high"), row["currency"], rule("perspective"), rule("lost_work"),
        rule("consumption"), severity, date.fromisoformat(row["as_of"]) if row["as_of"] else None, row["source"],
        {what: row[f"{what}_note"] for what in ("discount", "threshold", "perspective", "lost_work")},
    )  # fmt: skip


def _bands(text: str) -> tuple[tuple[float, float], ...]:
    """Such as "12: 1.2; 18: 1.7"."""
    pairs = (part.split(":") for part in text.split(";") if part.strip())
    return tuple((float(start), float(gives)) for start, gives in pairs)
