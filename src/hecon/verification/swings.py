"""Tests of directions: each input raised by itself, and what must follow for its role."""

import re
from collections.abc import Iterator

from hecon.inputs.units import unit_of
from hecon.verification.places import users
from hecon.verification.states import traces
from hecon.verification.subject import Key, Subject, place_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9
_HARM = "side effects"
_CUT = re.compile(r"\b(rebate|discount on|discount of|price reduction|refund)\b|\bdiscount [a-z]+$")
_GOOD = re.compile(r"\b(cured?|cures|response|responders?|remission|recover\w*|relief|success\w*|surviv\w*)\b")
_BAD = re.compile(
    r"\b(relapses?|recurrence|progress\w*|strokes?|infarcts?|fail\w*|complications?|deaths?|bleed\w*|infections?)\b"
)


def refused(subject: Subject) -> Iterator[Finding]:
    """The model takes every input at its low and high and a little above its value."""
    for told in subject.swings.refused:
        yield Finding(told, verdict=INFORMS)


def utility_up(subject: Subject) -> Iterator[Finding]:
    """A higher utility gives no fewer QALYs in any arm, and more in one; a larger loss no more."""
    for name in subject.needed("utility", "disutility"):
        sign = 1 if subject.roles[name] == "utility" else -1
        rises = {k: sign * x for k, x in subject.swings.slopes(name, "qaly").items()}
        if subject.roles[name] == "disutility" and subject.book.parameters[name].value < 0:
            rises = {k: -x for k, x in rises.items()}
        yield from _wrong(subject, name, rises, "QALYs", "fall" if sign > 0 else "rise", "qaly")


def cost_up(subject: Subject) -> Iterator[Finding]:
    """A higher unit cost or price costs no less in any arm."""
    for name in subject.needed("price"):
        steps = subject.swings.steps(name)
        rises: dict[str, float] = {}
        for key, x in steps.items():
            if key[1] == "cost" and not subject.terms[key][0][1].item.sector.startswith("productivity"):
                rises[key[0]] = rises.get(key[0], 0.0) + x
        yield from _wrong(subject, name, rises, "cost", "falls", "cost")
        for key, x in steps.items():
            if key[1] in ("qaly", "ly") and abs(x) > _SLACK:
                yield Finding(
                    f"{name} is money and moves {'QALYs' if key[1] == 'qaly' else 'life-years'}", place_of(key), x, 0.0,
                    subject.formula(key), subject.cells([name]),
                )  # fmt: skip


def death_up(subject: Subject) -> Iterator[Finding]:
    """A higher risk of death gives no more life-years in any arm."""
    for name in subject.needed("disease mortality"):
        rises = {k: -x for k, x in subject.swings.slopes(name, "ly_undiscounted").items()}
        yield from _wrong(subject, name, rises, "life-years", "rise", "ly_undiscounted")


def ratio_up(subject: Subject) -> Iterator[Finding]:
    """A higher hazard ratio gives fewer life-years over the reference, in all and in the first state, or fewer in every arm."""
    names = [n for n in subject.needed("effect") if n.startswith("hr_")]
    if not names:
        raise DoesNotApplyError("no hazard ratio")
    for name in names:
        first: dict[str, float] = {}
        steps = subject.swings.steps(name)
        for strategy, state in _starts(subject):
            rise = steps.get((strategy, "ly_undiscounted", "life_years", state), 0.0)
            first[strategy] = first.get(strategy, 0.0) + rise
        for rises, where in (
            (subject.swings.slopes(name, "ly_undiscounted"), ""),
            (first, " in the state in which they start"),
        ):
            found = list(_against(subject, name, rises, where))
            yield from found
            if found:
                break


def _starts(subject: Subject) -> list[tuple[str, str]]:
    """By strategy the state in which most of those who live enter, each once."""
    found: dict[tuple[str, str], None] = {}
    for block, _, states in traces(subject):
        alive = {state: float(states[state][0]) for state in subject.alive.get(block.name, ()) if state in states}
        if alive and max(alive.values()) > 0:
            found[block.strategy, max(alive, key=lambda state: alive[state])] = None
    return list(found)


def _against(subject: Subject, name: str, rises: dict[str, float], where: str) -> Iterator[Finding]:
    """The arms in which a hazard ratio lengthens life over the reference; in all arms, where it moves all of them alike."""
    moved = [x for x in rises.values() if abs(x) > _SLACK]
    if not moved:
        return
    acted = {strategy for strategy, x in rises.items() if abs(x) > _SLACK}
    value = subject.book.parameters[name].value
    other = acted == {subject.reference} and len(rises) > 1 and value >= 1  # such as a factor of another cohort
    good = bool(_GOOD.search(f"{name.replace('_', ' ')} {subject.book.parameters[name].label}".lower()))
    doubtful = other or good or value <= 0
    alike = len(moved) == len(rises) and (min(moved) > 0 or max(moved) < 0)
    at_reference = 0.0 if alike else rises.get(subject.reference, 0.0)
    for strategy, x in rises.items():
        if x - at_reference > _SLACK and (alike or strategy != subject.reference):
            arm = strategy if abs(x) > _SLACK else subject.reference
            key = _first(subject, name, "ly_undiscounted", arm)
            over = "" if alike else f" over {subject.reference}"
            yield Finding(
                f"a higher {name} gives {strategy} more life-years{where}{over}: it acts against its sense, or on the wrong"
                " curve", f"strategy {arm}", x - at_reference, 0.0, subject.formula(key) if key else "", subject.cells([name]),
                INFORMS if doubtful else "fails", (*users(subject, name, arm), *users(subject, name), name),
            )  # fmt: skip


def directions(subject: Subject) -> Iterator[Finding]:
    """A rebate lowers cost; more of a bad event gives no more QALYs, more of a good one no fewer."""
    found = False
    for name in subject.swings.moved:
        one = subject.book.parameters[name]
        role, words = subject.roles[name], f"{name.replace('_', ' ')} {one.label}".lower()
        if role not in ("none", "incidence", "price") or "against" in words:
            continue
        kind = unit_of(one).kind
        cuts = kind in ("probability", "") and bool(_CUT.search(words)) and one.value < 1
        good, bad = bool(_GOOD.search(words)), bool(_BAD.search(words))
        if cuts:
            found = True
            yield from _turned(subject, name, "cost", -1, "a rebate that raises cost", "fails")
        elif kind in ("probability", "rate") and good != bad:
            found = True
            sign, told = (
                (1, "more of what is good gives fewer QALYs") if good else (-1, "more of what is bad gives more QALYs")
            )
            yield from _turned(subject, name, "qaly", sign, told, INFORMS)
    if not found:
        raise DoesNotApplyError("no input has a word that tells its direction")


def _turned(subject: Subject, name: str, kind: str, sign: int, told: str, verdict: str) -> Iterator[Finding]:
    """The arms in which an input moves a total against its sense, where it does so in all arms that it moves."""
    rises = {arm: x for arm, x in subject.swings.slopes(name, kind).items() if abs(x) > _SLACK}
    lived = {key[0] for key in subject.swings.moved.get(name, ()) if key[1] == "ly"}
    if kind == "qaly" and not set(rises) <= lived:
        return  # it moves payments and harms alone
    if rises and all(sign * x < 0 for x in rises.values()):
        arm = max(rises, key=lambda one: abs(rises[one]))
        key = _first(subject, name, kind, arm)
        yield Finding(
            f"{name} is raised: {told}", f"strategy {arm}", rises[arm], 0.0, subject.formula(key) if key else "",
            subject.cells([name]), verdict, (*((key[2],) if key and kind == "cost" else ()), *users(subject, name, arm), name),
        )  # fmt: skip


def harm_up(subject: Subject) -> Iterator[Finding]:
    """More of a harm costs no less and gives no more QALYs, in its own items."""
    names = subject.having("incidence")
    if not names:
        raise DoesNotApplyError("no input has the role incidence")
    for name in names:
        steps = {
            k: x
            for k, x in subject.swings.steps(name).items()
            if subject.terms[k][0][1].item.category == _HARM and k[1] in ("cost", "qaly")
        }
        for kind, sign in (("cost", 1), ("qaly", -1)):
            for strategy in subject.strategies:
                rise = sum(x for k, x in steps.items() if k[1] == kind and k[0] == strategy)
                if sign * rise < -_SLACK * max(1.0, abs(rise)):
                    yield Finding(
                        f"more of {name} {'costs less' if kind == 'cost' else 'gives more QALYs'}", f"strategy {strategy}",
                        rise, 0.0, cell=subject.cells([name]), verdict="fails" if kind == "qaly" else INFORMS,
                    )  # fmt: skip


def moves_nothing(subject: Subject) -> Iterator[Finding]:
    """Every input that a formula names moves some outcome within its range; every input is named by some formula."""
    from hecon.evaluate.compile.check_names import unused_inputs
    from hecon.evaluate.compile.fitted_curves import with_curves
    from hecon.structure.lowering import lower

    elsewhere = _used_elsewhere(subject)
    unused = set(subject.book.parameters)
    for model in subject.case.models.values():
        unused &= set(unused_inputs(with_curves(lower(model, subject.book.settings), subject.book), subject.book))
    for name in subject.book.parameters:
        if name in unused and name not in elsewhere and subject.book.parameters[name].group != "settings":
            one = subject.book.parameters[name]
            where = _typed(subject, one.value)
            told = f"no formula uses {name}" + (f"; its value stands as a number in {where[0]}" if where else "")
            near = _relatives(subject, name)
            yield Finding(
                told, got=one.value, formula=where[1] if where else "", cell=one.place("value"),
                places=(name, *((where[0].partition(" (")[0],) if where else ()), *near),
            )  # fmt: skip
    for name, keys in subject.swings.moved.items():
        if not keys and not any(told.startswith(f"{name}:") for told in subject.swings.refused):
            one = subject.book.parameters[name]
            switched = (
                f"{name} moves no outcome of the base case, though formulas name it: multiplied by 0, or switched off"
            )
            yield Finding(switched, got=one.value, cell=one.place("value"), verdict=INFORMS)


def _relatives(subject: Subject, name: str) -> list[str]:
    """Formulas and items that bear most of the words of an input's name: where it may be missing."""
    mine = set(name.split("_")[1:]) or {name}
    rank = {one: len(mine & set(one.split("_"))) for one in subject.names if one not in subject.book.parameters}
    most = max(rank.values(), default=0)
    return sorted(one for one, n in rank.items() if n == most)[:3] if most else []


def moves_its_arm(subject: Subject) -> Iterator[Finding]:
    """An input that bears the name of a strategy moves that strategy."""
    if len(subject.strategies) < 2:
        raise DoesNotApplyError("one strategy")
    found = False
    for name, keys in subject.swings.moved.items():
        words = set(name.split("_"))
        mine = [s for s in subject.strategies if set(s.split("_")) <= words]
        best = max((len(s) for s in mine), default=0)
        mine = [s for s in mine if len(s) == best]
        if not mine or not keys:
            continue
        found = True
        arms = {key[0] for key in keys}
        if not arms & set(mine):
            key = sorted(keys)[0]
            yield Finding(
                f"{name} moves {', '.join(sorted(arms))} and not {mine[0]}, whose name it bears", f"strategy {mine[0]}",
                0.0, formula=subject.formula(key), cell=subject.cells([name]),
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no input bears the name of a strategy")


def price_of_product(subject: Subject) -> Iterator[Finding]:
    """The product's price moves the cost of product, in the arms that have it, and no other cause."""
    names = [n for n in subject.book.settings.get("product_price", "").split() if n in subject.book.parameters]
    if not names:
        raise DoesNotApplyError("the settings name no product_price")
    for name in names:
        keys = subject.swings.moved.get(name, set())
        if name not in subject.followed:
            continue
        if not keys:
            yield Finding(f"the product's price {name} moves nothing", cell=subject.cells([name]))
        for key in sorted(keys):
            item = subject.terms[key][0][1].item
            if item.category not in ("product", "subsequent treatment", "programme", "not separable", "upfront"):
                yield Finding(
                    f"{name} moves {item.name}, which is filed under '{item.category}'", place_of(key),
                    formula=subject.formula(key), cell=subject.cells([name]), verdict=INFORMS,
                )  # fmt: skip
        arms = {key[0] for key in keys}
        if arms == {subject.reference} and len(subject.strategies) > 1:
            key = sorted(keys)[0]
            yield Finding(
                f"{name} is paid by {subject.reference} alone, with which the others are compared", place_of(key),
                formula=subject.formula(key), cell=subject.cells([name]),
            )  # fmt: skip
        if arms == set(subject.strategies):
            amounts = {k[0]: x for k, x in subject.swings.slopes(name, "cost").items()}
            if len({round(x, 6) for x in amounts.values()}) == 1:
                yield Finding(f"{name} is paid alike in every arm", "all arms", next(iter(amounts.values())))


def _wrong(subject: Subject, name: str, rises: dict[str, float], what: str, word: str, kind: str) -> Iterator[Finding]:
    """Arms whose total goes against what it must; fails where no arm goes the right way, or the size is more than a rest."""
    bad = {k: x for k, x in rises.items() if x < -_SLACK * max(1.0, abs(x))}
    good = sum(x for x in rises.values() if x > 0)
    for strategy, x in bad.items():
        key = _first(subject, name, kind, strategy)
        yield Finding(
            f"{name} is raised and {what} {word}", f"strategy {strategy}", x, 0.0, subject.formula(key) if key else "",
            subject.cells([name]), verdict=INFORMS if good > abs(x) else "fails",
        )  # fmt: skip


def _first(subject: Subject, name: str, kind: str, strategy: str) -> Key | None:
    """The piece of a kind that an input moves most in a strategy."""
    steps = {k: abs(x) for k, x in subject.swings.steps(name).items() if k[1] == kind and k[0] == strategy}
    return max(steps, key=lambda k: steps[k]) if steps else None


def _used_elsewhere(subject: Subject) -> set[str]:
    """Inputs that settings, scenarios, curves or the analyses name: none of a formula, and yet of use."""
    import re

    book = subject.book
    texts = [
        text
        for name, text in book.settings.items()
        if name not in ("title", "population", "opponent", "comparator_today", "price_parameters", "product_price")
    ]
    texts += [row[column] for row in book.curves for column in row]
    texts += [one.distribution for one in book.parameters.values()]
    words = {word for text in texts for word in re.findall(r"[A-Za-z_][A-Za-z_0-9]*", str(text))}
    members = {m for group in book.margins.groups for m in group.members}
    return words | {"starting_age"} | {name for name in members if unit_of(book.parameters[name]).kind == "probability"}


def _typed(subject: Subject, value: float) -> tuple[str, str] | None:
    """Where a number of this value stands in a formula, and the formula."""
    from hecon.formula.program import trees_of
    from hecon.formula.syntax import Number, walk
    from hecon.formula.text import to_text

    if value in (0.0, 1.0, 2.0, 12.0, 0.5, 100.0):
        return None
    for block in subject.program.blocks:
        for place, tree in trees_of(block):
            if any(isinstance(node, Number) and abs(node.value - value) <= 1e-9 * abs(value) for node in walk(tree)):
                return f"{place} ({block.name})", to_text(tree)
    return None
