"""Tests of what notes and labels say beside the numbers: other currencies, counts, intervals, times, directions of scenarios."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Node, names_in, walk
from hecon.formula.text import to_text
from hecon.inputs.units import PER_YEAR, unit_of
from hecon.verification.reading import written
from hecon.verification.spans import unit_of_time
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

_CODES = "EUR|USD|GBP|CHF|CAD|AUD|SEK|NOK|DKK|JPY|CNY"
_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_BEFORE = re.compile(rf"\b({_CODES})\b[^0-9;]{{0,12}}({_NUMBER})")
_AFTER = re.compile(rf"({_NUMBER}) ?({_CODES})\b")
_RATE = re.compile(r"(?:\bat|\brate|\btimes|=|×|x) ?([0-9]*\.[0-9]+|[0-9]+\.?[0-9]*)")
_OF = re.compile(r"\b([0-9]+(?:\.[0-9]+)?) (?:of|/|out of) ([0-9]{2,})\b")
_BETWEEN = re.compile(rf"({_NUMBER}) ?(?:to|-|–) ?({_NUMBER})")
_ENDS = re.compile(
    r"\b(first|at most|up to|only|until|for)\b[^.;,]{0,12}\b(\d+|one|two|three|four|five|six|twelve)\b ?(year|month|week|cycle)s?"
)
_PER = re.compile(
    r"\b(?:per|a|each|every) (year|month|week|day|hour)\b|\b(yearly|annual|annually|monthly|weekly|daily|hourly)\b"
)
_ADVERB = {
    "yearly": "year", "annual": "year", "annually": "year", "monthly": "month", "weekly": "week", "daily": "day",
    "hourly": "hour",
}  # fmt: skip
_ENDING = ("where", "<", "<=", "min")
_LESS = re.compile(r"\b(lower|less|smaller|reduced|fewer|shorter|cheaper|without|weaker|half|halved)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(higher|more|larger|greater|longer|dearer|double|doubled|twice)\b", re.IGNORECASE)


def money_in_notes(subject: Subject) -> Iterator[Finding]:
    """An amount that a note gives in another currency is converted: times the note's rate, and not as it is."""
    wanted = subject.book.settings.get("currency", "")
    for name, one in subject.book.parameters.items():
        if unit_of(one).kind != "money" or not one.value:
            continue
        currency = unit_of(one).currency or one.currency or wanted
        text = f"{one.note}; {one.label}"
        pairs = [(m[1], m[2]) for m in _BEFORE.finditer(text)] + [(m[2], m[1]) for m in _AFTER.finditer(text)]
        stated = {
            (code, number): None for code, told in pairs if code != currency and (number := _plain(told) or 0.0) > 0
        }
        rate = next((x for m in _RATE.finditer(text) if (x := _plain(m[1])) and _is_rate(x) and x != 1), 0.0)
        for code, number in stated:
            if _is_rate(number):
                continue
            if abs(number - one.value) <= 1e-6 * abs(one.value):
                told = (
                    f"{name} is {one.value:g} {currency}, and its note says the same number in {code}: not converted?"
                )
                yield Finding(
                    told, got=one.value, wanted=number * rate if rate else float("nan"), cell=one.place("value")
                )
            elif rate and abs(number / rate / one.value - 1) < 5e-3 < abs(number * rate / one.value - 1):
                yield Finding(
                    f"{name} is what its note says in {code} divided by the rate {rate:g}, not times it", got=one.value,
                    wanted=number * rate, cell=one.place("value"), verdict=INFORMS,
                )  # fmt: skip


def notes_agree(subject: Subject) -> Iterator[Finding]:
    """What notes and labels say agrees with the numbers: events of a total, an interval, per what time, for how long."""
    for name, one in subject.book.parameters.items():
        if name not in subject.followed:
            continue
        yield from _counts(subject, one)
        yield from _per_time(one)
        yield from _ends(subject, one)


def scenarios_as_told(subject: Subject) -> Iterator[Finding]:
    """A scenario that is called lower or higher changes its inputs in that direction."""
    if not subject.book.scenarios:
        raise DoesNotApplyError("no scenarios")
    for name, scenario in subject.book.scenarios.items():
        words = f"{name.replace('_', ' ')} {scenario.label}"
        less, more = bool(_LESS.search(words)), bool(_MORE.search(words))
        changes = [c for c in scenario.changes if c.target == "parameter" and c.name in subject.book.parameters]
        if less == more or len(changes) != 1:
            continue
        change, was = changes[0], subject.book.parameters[changes[0].name].value
        now = _plain(str(change.value))
        if now is None or subject.roles[change.name] in ("effect", "disutility", "discount") or _turns(change.name):
            continue  # a smaller effect may be a larger number
        if (less and now > was) or (more and now < was):
            yield Finding(
                f"scenario {name} ({scenario.label}) sets {change.name} from {was:g} to {now:g}, against what it is called",
                got=now, wanted=was, cell=change.place, verdict=INFORMS, places=(name, change.name),
            )  # fmt: skip


def _turns(name: str) -> bool:
    """Whether more of an input is less of what a scenario may be called after: a rebate, a share that fails."""
    return any(word in name for word in ("rebate", "discount", "fail", "lost", "loss"))


def _counts(subject: Subject, one: "Parameter") -> Iterator[Finding]:
    if unit_of(one).kind != "probability" and not one.name.startswith("p_"):
        return
    for match in filter(None, [_OF.match(one.note)]):
        events, total = float(match[1]), float(match[2])
        if not 0 < events < total or "(" in one.note[: match.start()][-2:]:
            continue
        share, got = events / total, one.value
        if one.distribution == "beta" and abs(one.par1 + one.par2 - total) > 0.02 * total and abs(share - got) < 5e-3:
            yield Finding(
                f"{one.name} is drawn as of {one.par1 + one.par2:g} patients, and its note says {match[0]}",
                got=one.par1 + one.par2, wanted=total, cell=one.place("par1"), verdict=INFORMS,
            )  # fmt: skip
        elif (
            min(abs(share - got), abs(1 - share - got)) > 5e-3
            and len(_OF.findall(one.note)) == 1
            and one.provenance == "read"
        ):
            yield Finding(
                f"{one.name} is {got:g}, and its note says {match[0]}", got=got, wanted=share, cell=one.place("value"),
                verdict=INFORMS,
            )  # fmt: skip


def _per_time(one: "Parameter") -> Iterator[Finding]:
    """A label or note that says per another unit of time than the unit does."""
    if unit_of(one).kind not in ("money", "rate", "probability", "count"):
        return
    times = {unit for unit, power in (unit_of_time(one) or {}).items() if power == -1}
    said = {m[1] or _ADVERB[m[2]] for m in _PER.finditer(f"{one.label}".lower())}
    if len(times) == 1 and said and not said & times and said <= set(PER_YEAR):
        yield Finding(
            f"{one.name} is '{one.unit}', and its label says per {', '.join(sorted(said))}", got=one.value,
            cell=one.place("unit"), verdict=INFORMS,
        )  # fmt: skip


def _ends(subject: Subject, one: "Parameter") -> Iterator[Finding]:
    """A note that says for how long, and formulas in which nothing ends."""
    match = _ENDS.search(f"{one.label}; {one.note}".lower())
    if match is None or unit_of(one).kind not in ("money", "ratio", "rate"):
        return
    flows = [(b, t) for b in subject.program.blocks for t in b.terms if t.flow is not None and t.falls is None]
    used = [(p, b, tree) for b in subject.program.blocks for p, tree in written(b) if one.name in names_in(tree)]
    if not used or not any(one.name in subject.inputs_of(b, t.flow) for b, t in flows):
        return
    for _, block, tree in used:
        ends = any(isinstance(node, Call) and node.op in _ENDING for node in walk(tree))
        if ends or _timed_beside(subject, block, tree):
            return
    places = dict.fromkeys(p.partition(" (")[0] for p, _, _ in used)
    yield Finding(
        f"the note of {one.name} says '{match[0]}', and nothing ends in the formulas that use it", got=one.value,
        formula=to_text(used[0][2]), cell=one.place("note"), verdict=INFORMS, places=(one.name, *places),
    )  # fmt: skip


def _timed_beside(subject: Subject, block: Block, tree: Node) -> bool:
    """Whether a formula named beside it has a condition."""
    for name in names_in(tree):
        formula = subject.program.find(block, name)
        if formula and any(isinstance(n, Call) and n.op in _ENDING for n in walk(formula.tree)):
            return True
    return False


def _is_rate(x: float) -> bool:
    return 0.2 < x < 5 and x != int(x)


def _plain(text: str) -> float | None:
    """A number as notes write it."""
    try:
        return float(text.replace(",", "").replace(" ", "").rstrip("."))
    except ValueError:
        return None
