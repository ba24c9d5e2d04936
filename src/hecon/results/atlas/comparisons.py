"""Which strategies of a case the atlas compares: as the setting `comparisons` says, or each with the reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults

if TYPE_CHECKING:
    from hecon.results.case import Case

SETTING = "comparisons"


@dataclass(frozen=True)
class Pair:
    """A strategy against a reference, of one structure of a case ("" where it has one)."""

    strategy: str
    reference: str
    structure: str = ""


def pairs_of(case: "Case") -> tuple[Pair, ...]:
    """The comparisons of a case: "a v b; markov: a v c" of its setting, or each other strategy against the reference.

    Raises:
        InputError: a structure or strategy that the case does not have, what is not "a v b"; all at once.

    >>> from hecon import DecisionTree, Leaf, Strategy, make_book, open_case
    >>> arms = [Strategy(name, to=Leaf()) for name in ("care", "drug", "other")]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> pairs_of(open_case(tree, make_book("demo", [])))
    (Pair(strategy='drug', reference='care', structure=''), Pair(strategy='other', reference='care', structure=''))
    >>> pairs_of(open_case(tree, make_book("demo", [], settings={"comparisons": "drug v other"})))
    (Pair(strategy='drug', reference='other', structure=''),)
    """
    first = case.settings.get("structure", "") or next(iter(case.models))
    text = case.settings.get(SETTING, "")
    strategies = {name: _strategies(case, name) for name in case.models}
    if not text:
        names = case.settings.get("strategies", "").split() or list(strategies[first])
        reference = case.settings.get("reference", "") or names[0]
        return tuple(Pair(name, reference, first) for name in names if name != reference)
    faults: list[Fault] = []
    place = case.book.addresses.get(SETTING, "settings")
    found = [
        _pair(one.strip(), first, strategies, f"{place} ({SETTING})", faults) for one in text.split(";") if one.strip()
    ]
    raise_faults(faults, InputError, case.name)
    return tuple(pair for pair in found if pair is not None)


def _pair(
    text: str, first: str, strategies: Mapping[str, Mapping[str, str]], place: str, faults: list[Fault]
) -> Pair | None:
    structure, colon, rest = text.partition(":")
    structure = structure.strip() if colon else first
    arms = [arm.strip() for arm in (rest if colon else text).split(" v ")]
    if len(arms) != 2:
        faults.append(Fault(place, f"'{text}' is not 'strategy v reference'"))
        return None
    if structure not in strategies:
        known = ", ".join(filter(None, strategies)) or "it has one"
        faults.append(
            Fault(place, f"there is no structure '{structure}'{nearest(structure, strategies)} (known: {known})")
        )
        return None
    known_arms = strategies[structure]
    wrong = [arm for arm in arms if arm not in known_arms]
    for arm in wrong:
        hint = f"{nearest(arm, known_arms)} (known: {', '.join(known_arms)})"
        faults.append(Fault(place, f"'{arm}' is not a known strategy{hint}"))
    return None if wrong else Pair(arms[0], arms[1], structure)


def _strategies(case: "Case", structure: str) -> dict[str, str]:
    """Names and labels of a structure's strategies, decisions written out."""
    from hecon.structure.tree import enumerate_decisions

    model = case.models[structure]
    each = (one for strategy in model.strategies for one in enumerate_decisions(strategy))
    return {one.name: one.label or one.name for one in each}
