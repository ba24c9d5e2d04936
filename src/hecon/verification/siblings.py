"""Tests of inputs that come in families (one per arm, per state, per endpoint): the one that bears another's name is suspected."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hecon.formula.syntax import Node, names_in
from hecon.formula.text import to_text
from hecon.verification.reading import amounts_by_state, own, written
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_ENDPOINTS = ("os", "pfs", "efs", "dfs", "rfs", "ttd", "ttp", "ttnt", "mfs", "dor")


@dataclass(frozen=True)
class Foreign:
    """An input used at a place of `mine` that bears the tag `theirs`, though `sibling` bears that of the place."""

    place: str
    where: str
    mine: str
    theirs: str
    used: str
    sibling: str
    tree: Node


def siblings(subject: Subject) -> Iterator[Finding]:
    """Where inputs come one per arm, per state or per endpoint, each stands in its own arm, state or curve."""
    found = [*_arms(subject), *_states(subject), *_transitions(subject), *_endpoints(subject)]
    if not _any_family(subject):
        raise DoesNotApplyError("no inputs come one per arm, state or endpoint")
    crossed = {(one.used, one.sibling) for one in found}
    seen: set[tuple[str, str, str]] = set()
    for one in found:
        if (one.place, one.used, one.where) in seen:
            continue
        seen.add((one.place, one.used, one.where))
        mutual = (one.sibling, one.used) in crossed
        idle = one.sibling not in subject.followed
        more = " (and the other way round)" if mutual else "; nothing uses that" if idle else ""
        yield Finding(
            f"{one.place} of {one.mine} takes {one.used}, which bears the name of {one.theirs}; {one.sibling} is there{more}",
            one.where, formula=to_text(one.tree), cell=subject.cells([one.used, one.sibling]),
            verdict="fails" if mutual or idle else INFORMS, places=(one.place, one.used, one.sibling),
        )  # fmt: skip


def family(names: Mapping[str, object] | list[str], tags: list[str]) -> dict[str, dict[str, str]]:
    """Inputs that differ in a tag alone: by the rest of their name, the input of each tag.

    >>> family(["p_cure_a", "p_cure_b", "p_die_a", "u_old"], ["a", "b"])
    {'p_cure_*': {'a': 'p_cure_a', 'b': 'p_cure_b'}}
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        for tag in sorted(tags, key=len, reverse=True):
            if (rest := _without(name, tag)) is not None:
                found.setdefault(rest, {})[tag] = name
                break
    return {rest: members for rest, members in found.items() if len(members) > 1}


def _without(name: str, tag: str) -> str | None:
    pattern = rf"(^|_){re.escape(tag)}(?=_|$)"
    return re.sub(pattern, r"\1*", name, count=1) if re.search(pattern, name) else None


def _inputs(subject: Subject) -> list[str]:
    return [*subject.book.parameters]


def _strays(
    subject: Subject, families: Mapping[str, Mapping[str, str]], mine: str, place: str, where: str, tree: Node
) -> Iterator[Foreign]:
    """Inputs of other tags in a tree, whose sibling of this tag is not in it, nor any input of this tag."""
    used = set(names_in(tree))
    if any(members.get(mine) in used for members in families.values()):
        return
    for members in families.values():
        for tag, name in members.items():
            if name in used and tag != mine and mine in members:
                yield Foreign(place, where, mine, tag, name, members[mine], tree)


def _arms(subject: Subject) -> Iterator[Foreign]:
    families = family(_inputs(subject), list(subject.strategies))
    for one in own(subject) if families else ():
        where = f"strategy {one.strategy}" + (f", {one.branch}" if one.branch else "")
        yield from _strays(subject, families, one.strategy, one.place, where, one.tree)


def _living_states(subject: Subject) -> list[str]:
    states: dict[str, None] = {}
    for block in subject.program.blocks:
        states |= dict.fromkeys(block.states.states if block.states else block.occupied)
    return list(states)


def _states(subject: Subject) -> Iterator[Foreign]:
    states = _living_states(subject)
    families = {
        r: m for r, m in family(_inputs(subject), states).items() if not r.startswith(("p_", "r_", "hr_", "rr_"))
    }
    for one in amounts_by_state(subject) if families else ():
        if one.state and "->" not in one.place:
            yield from _strays(
                subject, families, one.state, f"{one.place}", f"strategy {one.strategy}, in {one.state}", one.tree
            )


def _transitions(subject: Subject) -> Iterator[Foreign]:
    """Transitions that take the probability of another transition, though there is one of their own."""
    states = _living_states(subject)
    moves: dict[str, dict[str, str]] = {}
    for a in states:
        for b in states:
            for text in (f"{a}{b}", f"{a}_to_{b}", f"{a}_{b}"):
                for name in _inputs(subject):
                    if (rest := _without(name, text)) is not None and a != b:
                        moves.setdefault(rest, {})[f"{a} -> {b}"] = name
    families = {rest: members for rest, members in moves.items() if len(members) > 1}
    for one in amounts_by_state(subject) if families else ():
        if "->" in one.place:
            yield from _strays(subject, families, one.place, one.place, f"strategy {one.strategy}", one.tree)


def _endpoints(subject: Subject) -> Iterator[Foreign]:
    families = family(_inputs(subject), list(_ENDPOINTS))
    for block in subject.program.blocks if families else ():
        for place, tree in written(block):
            mine = [tag for tag in _ENDPOINTS if tag in re.split(r"[_\W]+", place)]
            if len(mine) == 1 and not place.startswith("curve["):
                yield from _strays(subject, families, mine[0], place, f"strategy {block.strategy}", tree)


def _any_family(subject: Subject) -> bool:
    inputs = _inputs(subject)
    return any(family(inputs, tags) for tags in (list(subject.strategies), _living_states(subject), list(_ENDPOINTS)))
