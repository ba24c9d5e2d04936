"""Tests of the kind of amounts: money, utilities, lengths of time, sectors and causes, each where it belongs."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Node, Number, factors, walk
from hecon.formula.text import to_text
from hecon.inputs.units import unit_of
from hecon.verification.subject import Subject, amounts_of, place_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_PARTS = ("day", "week", "month")
_DAYS = ({365.25}, {365.0}, {7.0, 52.0}, {7.0, 52.18}, {30.4375, 12.0})
_WEEKS = ({52.0}, {52.18}, {52.1786}, {7.0, 365.25}, {7.0, 365.0})
_IN_A_YEAR: dict[str, tuple[set[float], ...]] = {"day": _DAYS, "week": _WEEKS, "month": ({12.0},)}
_PARTS_OF_YEAR = {7.0, 12.0, 30.4, 30.4375, 30.44, 52.0, 52.18, 52.1786, 365.0, 365.25}


def right_kind(subject: Subject) -> Iterator[Finding]:
    """Costs follow from money, QALYs of a state from a utility, transitions from a probability or rate: no ratio or loss alone."""
    for key, terms in subject.terms.items():
        block, term = terms[0]
        tree = term.flow or term.amount or term.value
        names = subject.inputs_of(block, tree)
        roles = {subject.roles[name] for name in names}
        value = subject.pieces[key]
        if (
            key[1] == "cost"
            and abs(value) > 1e-9
            and names
            and "price" not in roles
            and not _money_table(subject, names)
        ):
            told = f"{key[2]} is a cost and no input of money is in it"
        elif key[1] == "qaly" and value > 1e-9 and roles & {"disutility"} and "utility" not in roles:
            told = f"{key[2]} gains QALYs by a loss of utility alone: an increment stands for the whole"
        elif key[1] == "qaly" and "price" in roles and not roles & {"utility", "disutility"}:
            told = f"{key[2]} is QALYs and follows from money"
        else:
            continue
        yield Finding(
            told, f"strategy {key[0]} ({key[3]})" if key[3] else f"strategy {key[0]}", value, formula=subject.formula(key),
            cell=subject.cells(names), verdict="fails" if key[1] == "qaly" else INFORMS,
        )  # fmt: skip
    for block in subject.program.blocks:
        for place, tree in _chances(block):
            names = subject.inputs_of(block, tree)
            kinds = {unit_of(one).kind for name in names if (one := subject.book.parameters.get(name)) is not None}
            if (
                names
                and kinds <= {"ratio"}
                and all(subject.roles[name] in ("effect", "disease mortality") for name in names)
            ):
                yield Finding(
                    f"{place} is a probability and follows from {', '.join(names)} alone, which is relative", block.name,
                    formula=to_text(tree), cell=subject.cells(names),
                )  # fmt: skip


def days_converted(subject: Subject) -> Iterator[Finding]:
    """QALYs lost over days, weeks or months are divided by how many of them a year has."""
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if key[1] not in ("qaly", "carer_qaly") or (term.flow is not None and term.falls is None):
            continue
        tree = amounts_of(term)
        names = [n for n in subject.inputs_of(block, tree) if n in subject.book.parameters]
        spans = [n for n in names if subject.book.parameters[n].unit.lower().rstrip("s") in _PARTS]
        if not spans:
            continue
        found = True
        numbers = set(_all_numbers(subject, block, tree))
        parts = {subject.book.parameters[n].unit.lower().rstrip("s") for n in spans}
        if not all(any(ways <= numbers for ways in _IN_A_YEAR[part]) for part in parts):
            yield Finding(
                f"{key[2]} takes {', '.join(spans)} for years: how many {', '.join(sorted(parts))}s a year has is not in it",
                place_of(key), subject.pieces[key], formula=subject.formula(key), cell=subject.cells(spans),
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no QALYs are lost over a number of days, weeks or months")


def right_sector(subject: Subject) -> Iterator[Finding]:
    """Lost work, informal care and patients' time are filed under their own sectors, care is not."""
    wanted = {"lost work": "productivity", "informal care": "informal care", "patient time": "patient time"}
    for item in subject.program.items:
        for cause, sector in wanted.items():
            if item.kind == "cost" and item.category.startswith(cause) and item.sector == "health care":
                yield Finding(f"{item.name} is {item.category} and its sector is health care, not {sector}", item.name)
        care = ("product", "delivery", "disease care", "follow-up", "side effects", "end of life")
        if item.kind == "cost" and item.category in care and item.sector.startswith("productivity"):
            yield Finding(f"{item.name} is {item.category} and its sector is {item.sector}", item.name)


def worse_is_lower(subject: Subject) -> Iterator[Finding]:
    """A state further on in the disease has no higher utility than one before it."""
    found = False
    for block in subject.program.blocks:
        states = [*block.occupied] if block.occupied else [*block.states.states] if block.states else []
        mean = {}
        for state in states:
            lived = subject.pieces.get((block.strategy, "ly", "life_years", state), 0.0)
            gained = sum(
                x for k, x in subject.pieces.items() if k[0] == block.strategy and k[1] == "qaly" and k[3] == state
            )
            if lived > 1e-3 and gained:
                mean[state] = gained / lived
        for one, other in pairwise(mean):
            found = True
            if mean[other] > mean[one] + 0.02:
                key = next(k for k in subject.pieces if k[0] == block.strategy and k[1] == "qaly" and k[3] == other)
                names = [n for n in subject.inputs_of(block, amounts_of(subject.terms[key][0][1])) if n.startswith("u")]
                yield Finding(
                    f"{other} has a higher utility than {one}, which comes before it", f"strategy {block.strategy}",
                    mean[other], mean[one], subject.formula(key), subject.cells(names),
                    verdict="fails" if block.occupied else INFORMS,
                )  # fmt: skip
    if not found:
        raise DoesNotApplyError("fewer than two states with a utility")


def per_year_once(subject: Subject) -> Iterator[Finding]:
    """An amount per year that is paid per year is not divided by months, weeks or days besides."""
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if key[1] != "cost" or term.flow is None or term.falls is not None or not key[3]:
            continue
        names = [n for n in subject.inputs_of(block, term.flow) if n in subject.book.parameters]
        units = {n: unit_of(subject.book.parameters[n]) for n in names}
        money = [n for n, unit in units.items() if unit.kind == "money"]
        if not money or any(units[n].time != {"year": -1} for n in money):
            continue
        found = True
        others = [
            n for n, u in units.items() if n not in money and (u.time is None or u.time) and u.kind in ("time", "")
        ]
        steps = [one for one in factors(term.flow) if isinstance(one, Call) and one.op in ("/", "*")]
        numbers = {n.value for one in steps for n in walk(one) if isinstance(n, Number)}
        if numbers & _PARTS_OF_YEAR and not others:
            yield Finding(
                f"{key[2]} is paid per year and {', '.join(money)} is per year already: it is converted a second time",
                place_of(key), subject.pieces[key], formula=subject.formula(key), cell=subject.cells(money),
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no amount per year is paid per year")


def filed(subject: Subject) -> Iterator[Finding]:
    """Every cost and every QALY at once is filed under a cause of the list."""
    from hecon.structure.cause_use import cause_remarks

    for told in cause_remarks([subject.program]):
        yield Finding(told, verdict=INFORMS)


def _all_numbers(subject: Subject, block: Block, tree: Node) -> Iterator[float]:
    """Every number of a tree, through the formulas that it names."""
    for node in walk(tree):
        if isinstance(node, Number):
            yield node.value
        elif isinstance(node, Name) and (formula := subject.program.find(block, node.name)) is not None:
            yield from _all_numbers(subject, block, formula.tree)


def _chances(block: Block) -> Iterator[tuple[str, Node]]:
    """The transitions of a block, the branches of a tree, what is named as a probability or taken for one."""
    for (a, b), formula in (block.states.entries if block.states else {}).items():
        if formula.unit != "rest":
            yield f"{a} -> {b}", formula.tree
    for name, formula in block.formulas.items():
        if name.startswith(("p[", "p_")):
            yield name.removeprefix("p[").removesuffix("]"), formula.tree
        for node in walk(formula.tree):
            if isinstance(node, Call) and node.op in ("hr_on_prob", "rr_on_prob", "or_on_prob"):
                yield f"what {node.op} takes in {name}", node.args[0]


def _money_table(subject: Subject, names: Iterable[str]) -> bool:
    columns = subject.book.settings.get("money_tables", "").split()
    return any(column.partition(".")[0] in names for column in columns)
