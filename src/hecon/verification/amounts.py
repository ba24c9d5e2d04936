"""Tests of amounts as they are written: what is counted twice, what a harm is tied to, of which kind an amount is."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Node, Number, factors, walk
from hecon.formula.text import to_text
from hecon.inputs.units import unit_of
from hecon.verification.subject import Key, Subject, amounts_of, place_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_PARTS = ("day", "week", "month")
_DAYS = ({365.25}, {365.0}, {7.0, 52.0}, {7.0, 52.18}, {30.4375, 12.0})
_WEEKS = ({52.0}, {52.18}, {52.1786}, {7.0, 365.25}, {7.0, 365.0})
_IN_A_YEAR: dict[str, tuple[set[float], ...]] = {"day": _DAYS, "week": _WEEKS, "month": ({12.0},)}
_PARTS_OF_YEAR = {7.0, 12.0, 30.4, 30.4375, 30.44, 52.0, 52.18, 52.1786, 365.0, 365.25}


def counted_twice(subject: Subject) -> Iterator[Finding]:
    """No two items of an arm are the same amount of money, of the same inputs, at the same place and time."""
    seen: dict[tuple[str, str, Node, str], list[Key]] = {}
    for key, terms in subject.terms.items():
        if key[1] not in ("cost", "qaly"):
            continue
        for block, term in terms:
            tree = term.flow or term.amount or term.value
            if not subject.inputs_of(block, tree) or abs(subject.pieces[key]) <= 1e-9:
                continue
            sector = term.item.sector if "productivity" in term.item.sector else ""
            place = seen.setdefault((block.name, key[1] + sector, _sorted(tree), str(term.time)), [])
            if key not in place:
                place.append(key)
    for (block_name, _, tree, _), keys in seen.items():
        names = list(dict.fromkeys(key[2] for key in keys))
        if len(names) > 1:
            block = subject.program.block(block_name)
            yield Finding(
                f"{' and '.join(names)} are the same amount: counted twice", f"strategy {keys[0][0]} ({keys[0][3]})",
                subject.pieces[keys[0]] + subject.pieces[keys[1]], subject.pieces[keys[0]], subject.formula(keys[0]),
                subject.cells(subject.inputs_of(block, tree)),
            )  # fmt: skip


def harms_tied(subject: Subject) -> Iterator[Finding]:
    """The cost of a harm, of what follows failure and of the end of life is tied to how often it happens."""
    causes = ("side effects", "subsequent treatment", "end of life")
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if key[1] != "cost" or term.item.category not in causes or abs(subject.pieces[key]) <= 1e-9:
            continue
        found = True
        tree = term.flow or term.amount or term.value
        names = subject.inputs_of(block, tree)
        dies = key[3].endswith("-> dead") or key[3].rpartition("-> ")[2] in _dead(subject, block)
        if "->" in key[3] and dies != (term.item.category == "end of life") and term.item.category != "side effects":
            yield Finding(
                f"{key[2]} ({term.item.category}) is paid {'on death' if dies else 'on another event than death'}",
                place_of(key), subject.pieces[key], formula=subject.formula(key), cell=subject.cells(names),
            )  # fmt: skip
        often = any(
            unit_of(subject.book.parameters[n]).kind in ("probability", "rate", "count", "ratio")
            for n in names
            if n in subject.book.parameters
        )
        if not (
            often
            or key[3]
            or any(isinstance(node, Call) and node.op in ("transitions", "occupancy", "time_in") for node in walk(tree))
        ):
            yield Finding(
                f"{key[2]} ({term.item.category}) is paid by everybody: no probability, count or transition is in it",
                f"strategy {key[0]}", subject.pieces[key], formula=subject.formula(key), cell=subject.cells(names),
                verdict=INFORMS,
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError(f"no cost of {', '.join(causes)}")


def same_incidence(subject: Subject) -> Iterator[Finding]:
    """Cost and QALYs of one harm follow from the same incidence."""
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        other = (key[0], "qaly", key[2], key[3])
        if key[1] != "cost" or term.item.category != "side effects" or other not in subject.terms:
            continue
        found = True
        there, mate = subject.terms[other][0]
        mine, theirs = (
            {n for n in subject.inputs_of(b, t.flow or t.amount or t.value) if subject.roles.get(n) == "incidence"}
            for b, t in ((block, term), (there, mate))
        )
        if mine != theirs:
            told = ", ".join(sorted(mine ^ theirs))
            yield Finding(
                f"cost and QALYs of {key[2]} do not follow from the same incidence: {told}", f"strategy {key[0]}",
                formula=f"{subject.formula(key)}; {subject.formula(other)}", cell=subject.cells(sorted(mine ^ theirs)),
                verdict=INFORMS,
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no harm has both a cost and a loss of QALYs under one name")


def product_after_failure(subject: Subject) -> Iterator[Finding]:
    """The product is not paid as a flow in a state that follows its failure."""
    words = ("progress", "relapse", "post", "fail", "recur", "after")
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if (
            key[1] != "cost"
            or term.item.category not in ("product", "upfront")
            or term.flow is None
            or term.falls is not None
        ):
            continue
        found = True
        state = key[3].lower().replace("progression_free", "").replace("event_free", "")
        if any(word in state for word in words) and abs(subject.pieces[key]) > 1e-9:
            yield Finding(
                f"{key[2]} ({term.item.category}) is paid in {key[3]}: treatment goes on after failure, or is filed wrongly",
                f"strategy {key[0]}", subject.pieces[key], 0.0, subject.formula(key),
                subject.cells(subject.inputs_of(block, term.flow)),
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no product is paid as a flow in states")


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


def _dead(subject: Subject, block: Block) -> set[str]:
    """The states of a block in which nobody lives."""
    states = [*block.occupied] if block.occupied else [*block.states.states] if block.states else []
    return set(states) - set(subject.alive.get(block.name, states))


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


def filed(subject: Subject) -> Iterator[Finding]:
    """Every cost and every QALY at once is filed under a cause of the list."""
    from hecon.structure.cause_use import cause_remarks

    for told in cause_remarks([subject.program]):
        yield Finding(told, verdict=INFORMS)


def _sorted(tree: Node) -> Node:
    """The tree with the arguments of sums and products in one order."""
    if not isinstance(tree, Call):
        return tree
    args = tuple(_sorted(arg) for arg in tree.args)
    return Call(tree.op, tuple(sorted(args, key=repr)) if tree.op in ("+", "*") else args)
