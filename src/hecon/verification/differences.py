"""Tests of what arms have and others have not: items of one arm alone, inputs that speak of another, branches that pay nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence

from hecon.formula.parsing import parse
from hecon.formula.syntax import names_in
from hecon.structure.items import Cost
from hecon.structure.lowering import as_tree
from hecon.structure.tree import Path, enumerate_decisions, paths_of
from hecon.verification.places import users
from hecon.verification.reading import own, paths
from hecon.verification.subject import Subject, place_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_COMMON = {
    "intend", "treatm", "strate", "standa", "therap", "patien", "with", "without", "after", "before", "from", "none", "care",
    "alone", "best", "suppor", "usual", "every", "drug", "chemot", "dose", "life", "against", "year", "month", "option", "altern",
    "cohort",
    "failed", "possib", "made", "died", "dead", "alive", "death", "respon", "surviv", "progre", "relaps", "waitin",
}  # fmt: skip


def words_of_arms(subject: Subject) -> Iterator[Finding]:
    """An input whose name or label speaks of one arm alone moves that arm."""
    words = _arm_words(subject)
    if len(words) < 2 or not any(words.values()):
        raise DoesNotApplyError("no word is of one arm alone")
    spoken = False
    yield from _in_the_leaf_of_another(subject, words)
    for name, keys in subject.swings.moved.items():
        one = subject.book.parameters[name]
        mine = _stems(f"{name.replace('_', ' ')} {one.label}")
        arms = [arm for arm, own_words in words.items() if mine & own_words]
        moved = {key[0] for key in keys if key[1] in ("cost", "qaly", "ly")}
        spoken |= bool(arms)
        if len(arms) != 1 or not moved or arms[0] in moved or subject.roles[name] == "choice":
            continue
        key = max(subject.swings.steps(name).items(), key=lambda pair: abs(pair[1]))[0]
        items = list(dict.fromkeys(k[2] for k in sorted(keys) if k[1] in ("cost", "qaly") and k[2] != "utility"))
        yield Finding(
            f"{name} ({one.label}) speaks of {arms[0]} ({', '.join(sorted(mine & words[arms[0]]))}) and moves"
            f" {', '.join(sorted(moved))} alone", place_of(key), formula=subject.formula(key), cell=subject.cells([name]),
            verdict=INFORMS, places=(*items[:2], name, *users(subject, name)[:3]),
        )  # fmt: skip
    if not spoken:
        raise DoesNotApplyError("no input speaks of one arm")


def one_arm_alone(subject: Subject) -> Iterator[Finding]:
    """Items that one arm alone has are told, the comparator's first: is each in the right arm?"""
    if len(subject.strategies) < 2:
        raise DoesNotApplyError("one strategy")
    having: dict[str, set[str]] = {}
    for key, x in subject.pieces.items():
        if key[1] == "cost" and abs(x) > 1e-6:
            having.setdefault(key[2], set()).add(key[0])
    for arm in sorted(subject.strategies, key=lambda one: one != subject.reference):
        items = [item for item, arms in having.items() if arms == {arm}]
        if items:
            causes = {item.name: item.category for item in subject.program.items if item.kind == "cost"}
            told = "; ".join(f"{item} ({causes.get(item, '')})" for item in items[:12])
            yield Finding(f"{arm} alone pays {told}", f"strategy {arm}", verdict=INFORMS, places=tuple(items))


def free_branches(subject: Subject) -> Iterator[Finding]:
    """Every branch pays for a product, and none lacks what all others pay: is what failed free?"""
    found = False
    for declared in as_tree(subject.model, []).strategies:
        for strategy in enumerate_decisions(declared):
            several = list(paths_of(strategy.to))
            if len(several) < 2:
                continue
            found = True
            shared = [one for one in strategy.outcomes if isinstance(one, Cost)]
            paid = {}
            for path in several:
                items = [*shared, *(o for b in path.branches for o in b.outcomes), *path.leaf.outcomes]
                if path.leaf.to is not None:
                    items += [o for o in getattr(path.leaf.to, "outcomes", ()) if not _switched_off(path.leaf.let, o)]
                costs = [
                    o for o in items if isinstance(o, Cost) and o.category in ("product", "upfront", "not separable")
                ]
                paid[" / ".join(b.label for b in path.branches)] = [o.name for o in costs]
            yield from _all_but_one(strategy.name, several)
            free = [label for label, items in paid.items() if not items]
            if free and len(free) < len(paid):
                names = list(dict.fromkeys(n for items in paid.values() for n in items))
                last = [label.rpartition(" / ")[2] for label in free]
                yield Finding(
                    f"in {', '.join(repr(one) for one in free)} no product is paid; {', '.join(names)} in the other branches",
                    f"strategy {strategy.name}", verdict=INFORMS, places=(*last, *names),
                )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no tree with branches")


def _all_but_one(strategy: str, several: Sequence[Path]) -> Iterator[Finding]:
    """Items of product or delivery that all branches of an arm pay but one."""
    paid = [
        {o.name for o in (*(o for b in path.branches for o in b.outcomes), *path.leaf.outcomes)
         if isinstance(o, Cost) and o.category in ("product", "delivery")}
        for path in several
    ]  # fmt: skip
    for item in sorted(set().union(*paid)):
        lacking = [k for k, items in enumerate(paid) if item not in items]
        if len(lacking) == 1 and len(paid) > 2:
            label = several[lacking[0]].branches[-1].label
            yield Finding(
                f"{item} is paid in every branch but '{label}'",
                f"strategy {strategy}",
                verdict=INFORMS,
                places=(item, label),
            )


def _in_the_leaf_of_another(subject: Subject, words: Mapping[str, set[str]]) -> Iterator[Finding]:
    """Items of a leaf that two arms share, of which an input speaks of one of them, and which its own leaves have not."""
    leaves: dict[str, tuple[Path, set[str]]] = {}
    for arm, path in paths(subject):
        leaves.setdefault(repr(path.leaf), (path, set()))[1].add(arm)
    used = [n for one in own(subject) for n in names_in(one.tree)]
    told: set[str] = set()
    for path, arms in leaves.values():
        if len(arms) < 2:
            continue
        for item in path.leaf.outcomes:
            amount = getattr(item, "amount", "")
            for name in names_in(parse(amount)) if isinstance(amount, str) else ():
                one = subject.book.parameters.get(name)
                stems = _stems(f"{name.replace('_', ' ')} {one.label}") if one is not None else set()
                mine = [arm for arm, own_words in words.items() if stems & own_words]
                if (
                    one is not None
                    and len(mine) == 1
                    and mine[0] in arms
                    and name not in used
                    and item.name not in told
                ):
                    told.add(item.name)
                    others = ", ".join(sorted(arms - {mine[0]}))
                    yield Finding(
                        f"{item.name} is paid in a leaf that {mine[0]} shares with {others}, and not in its own; {name}"
                        f" ({one.label}) speaks of {mine[0]}", f"strategy {mine[0]}", formula=amount, cell=subject.cells([name]),
                        verdict=INFORMS, places=(item.name, name),
                    )  # fmt: skip


def _switched_off(let: Mapping[str, str], item: object) -> bool:
    """Whether an item of the structure is 0 in a leaf because the leaf sets a formula of it to 0."""
    from hecon.errors import ModelError

    zero = {name for name, text in let.items() if text.strip() in ("0", "0.0")}
    amount = getattr(item, "amount", "")
    texts = list(amount.values()) if hasattr(amount, "values") else [amount]
    try:
        return bool(zero) and all(set(names_in(parse(str(text)))) & zero for text in texts)
    except ModelError:
        return False


def _arm_words(subject: Subject) -> dict[str, set[str]]:
    """By arm: stems of words of its name, label and branches that no other arm has."""
    found: dict[str, set[str]] = {}
    labels = dict(subject.program.strategies)
    for name, path in paths(subject):
        texts = [name.replace("_", " "), labels.get(name, ""), *(b.label for b in path.branches)]
        found.setdefault(name, set()).update(_stems(" ".join(texts)))
    tags = {name: found.get(name, set()) for name in subject.strategies}
    return {
        name: words - set().union(*(other for arm, other in tags.items() if arm != name)) - _COMMON
        for name, words in tags.items()
    }


def _stems(text: str) -> set[str]:
    """The first six letters of words of at least four."""
    return {word[:6] for word in re.findall(r"[a-z]{4,}", text.lower())}
