"""Whether what an author hands to a structure has the form it must have, told where it is written.

Without it a text in place of a list would be taken letter by letter, and a matrix would fail deep inside.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hecon.errors import Fault, ModelError, raise_faults
from hecon.formula.program import Tunnel

_MOVES = ("transitions", "rates")
_FORMULAS = ("let", *_MOVES, "curves", "dying", "report")
_WORDS = ("name", "label", "title")
_MAY_BE_NONE = (*_MOVES, "discount", "dead", "start")
_LISTS = {  # what is in them, an example, and a word that only such a thing has
    "states": ("names", '"well", "dead"', ""),
    "dead": ("names", '"dead"', ""),
    "strategies": ("Strategy", 'Strategy("usual", "Usual care")', "lasts"),
    "outcomes": ("items", 'Utility({"well": "u_well"})', "kind"),
    "checks": ("Check", 'Check("alive", "at(alive, 5)", equals="os_5")', "within"),
}


def refuse_other_forms(thing: Any) -> None:
    """Raise for fields of a structure, a leaf or a strategy that hold something else than they must.

    Raises:
        ModelError: all at once: a text or a single thing where a list belongs, a list or matrix where formulas by name
            belong, transitions that are not written "a -> b", a tunnel that is a number, a discount that is not two rates, a
            label that is no text.

    >>> from hecon.structure import MarkovModel
    >>> MarkovModel(("well", "dead"), "1 year", "9 years", "start", "end", transitions=[[0.9, 0.1], [0, 1]])
    Traceback (most recent call last):
    hecon.errors.ModelError: MarkovModel: 1 fault
      - transitions: write {"well -> dead": "formula"}; got a list
    """
    named = (*_FORMULAS, *_LISTS, *_WORDS, "tunnels", "discount", "start")
    fields = {name: value for name, value in vars(thing).items() if name in named}
    given = {name: value for name, value in fields.items() if value is not None or name not in _MAY_BE_NONE}
    faults = [fault for name, value in given.items() for fault in _faults(name, value, thing)]
    label = fields.get("title") or (fields.get("name") if "lasts" in vars(thing) else "")
    raise_faults(faults, ModelError, type(thing).__name__ + (f" {label}" if label else ""))


def _faults(name: str, value: Any, thing: Any) -> Iterator[Fault]:
    if name in _FORMULAS:
        yield from _formulas(name, value, getattr(thing, "states", ()))
    elif name in _LISTS:
        kind, example, word = _LISTS[name]
        if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
            yield Fault(name, f"write a list of {kind}, such as [{example}]; got {_told(value)}")
        else:
            for one in value:
                if (not isinstance(one, str)) if not word else not hasattr(one, word):
                    yield Fault(name, f"holds {_told(one)}; write {kind if not word else example}")
    elif name in _WORDS:
        if not isinstance(value, str):
            yield Fault(name, f"is a text; got {_told(value)}: is another argument meant, by its name?")
    elif name == "start":
        if not isinstance(value, str | Mapping):
            yield Fault(name, f'write a state, "well", or shares, {{"well": "0.9", "ill": "0.1"}}; got {_told(value)}')
    elif name == "discount" and not isinstance(value, Mapping):
        yield Fault(name, f'write two rates: {{"cost": "dr_cost", "effect": "dr_effect"}}; got {_told(value)}')
    elif name == "tunnels":
        if not isinstance(value, Mapping):
            yield Fault(name, f'write {{"ill": Tunnel(24, last="stay")}}; got {_told(value)}')
            return
        for state, tunnel in value.items():
            if not isinstance(tunnel, Tunnel):
                yield Fault(
                    name, f'write {{"{state}": Tunnel(24, last="stay")}}, of so many cycles; got {_told(tunnel)}'
                )


def _formulas(name: str, value: Any, states: Any) -> Iterator[Fault]:
    """Formulas by name; transitions are named "a -> b"."""
    example = " -> ".join(states[:2] if isinstance(states, tuple | list) and len(states) > 1 else ("a", "b"))
    example = example if name in _MOVES else "name"
    if not isinstance(value, Mapping):
        yield Fault(name, f'write {{"{example}": "formula"}}; got {_told(value)}')
        return
    for key, text in value.items():
        if not isinstance(key, str):
            told = f'"{" -> ".join(map(str, key))}"' if isinstance(key, tuple) else f'"{example}"'
            yield Fault(name, f"write {told}, as text, in place of {key!r}")
        elif isinstance(text, Mapping):
            inner = next(iter(text), "b")
            told = f"{key} -> {inner}" if name in _MOVES else f"{key}_{inner}"
            yield Fault(
                name, f'one formula each: write {{"{told}": "formula"}} in place of {{"{key}": {{"{inner}": ...}}}}'
            )


def _told(value: Any) -> str:
    """What was met, in a few words."""
    if isinstance(value, str | int | float):
        return f"{value!r}"
    kind = type(value).__name__
    return f"a {kind}" + (f" ({value.name})" if isinstance(getattr(value, "name", None), str) else "")
