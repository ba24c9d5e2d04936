"""Whether a model holds a condition that an agreement pays for: states or curves, and that once lost it stays lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from hecon.errors import ModelError, nearest
from hecon.structure.partitioned import PartitionedSurvival

ALIVE = "alive"


def condition_states(structure: Any, while_in: str, place: str) -> tuple[str, ...]:
    """The states of a structure in which a condition holds.

    Raises:
        ModelError: a state that the structure does not have; states that can be entered again after they were left, for then
            who is in them at a time is not who was in them all the time.

    >>> from hecon.structure.markov import MarkovModel
    >>> moves = {"well -> ill": "0.1", "ill -> well": "0.2", "well -> dead": "0.1", "ill -> dead": "0.1"}
    >>> model = MarkovModel(("well", "ill", "dead"), "1 year", "9 years", "start", "end", transitions=moves)
    >>> condition_states(model, "alive", "thirds")
    ('well', 'ill')
    >>> condition_states(model, "well", "thirds")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.ModelError: thirds: 'well' can be left and entered again (ill -> well): who is there at a payment ...
    """
    dead = dead_states(structure)
    if while_in.strip() == ALIVE:
        return tuple(state for state in structure.states if state not in dead)
    names = tuple(while_in.split())
    unknown = [name for name in names if name not in structure.states]
    if unknown:
        known = ", ".join((ALIVE, *structure.states))
        hints = "".join(nearest(name, structure.states) for name in unknown)
        raise ModelError(
            f"{place}: the model does not hold '{' '.join(unknown)}' as a state or a curve{hints} (it has: {known}); an agreement"
            " on it needs a model in which it is a state, or a curve that says how many are still in it at each time"
        )
    back = _entered_again(structure, names)
    if back:
        raise ModelError(
            f"{place}: '{' '.join(names)}' can be left and entered again ({', '.join(back)}): who is there at a payment may have"
            " lost the condition before; such an agreement needs a state of its own for those who never lost it"
        )
    return names


def dead_states(structure: Any) -> tuple[str, ...]:
    """The states in which nobody lives: those declared, the last of a partitioned model, or those without a way out.

    >>> from hecon.structure.markov import MarkovModel
    >>> model = MarkovModel(("well", "dead"), "1 year", "9 years", "start", "end", transitions={"well -> dead": "0.1"})
    >>> dead_states(model)
    ('dead',)
    """
    if structure.dead is not None:
        return tuple(structure.dead)
    if isinstance(structure, PartitionedSurvival):
        return tuple(structure.states[-1:])
    left = {start for start, end in _moves(structure) if start != end}
    return tuple(state for state in structure.states if state not in left)


def _moves(structure: Any) -> list[tuple[str, str]]:
    given: Mapping[str, str] = structure.transitions or structure.rates or {}
    pairs = [tuple(end.strip() for end in move.split("->")) for move in given]
    return [(one[0], one[1]) for one in pairs if len(one) == 2]


def _entered_again(structure: Any, inside: Sequence[str]) -> list[str]:
    """Transitions that lead back into some states from outside, for people who were in them."""
    if isinstance(structure, PartitionedSurvival):
        first = structure.states[: len(inside)]
        if set(first) == set(inside) and structure.rising == "error":
            return []
        return [f"in a partitioned model only '{' '.join(first)}' of as many states is never entered"]
    moves = [(a, b) for a, b in _moves(structure) if a != b]
    reached = {b for a, b in moves if a in inside and b not in inside}
    while more := {b for a, b in moves if a in reached and b not in inside} - reached:
        reached |= more
    return [f"{a} -> {b}" for a, b in moves if a in reached and b in inside]
