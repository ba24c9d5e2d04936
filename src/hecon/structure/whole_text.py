"""Everything that a model says, as one text: what tells two models apart, where `repr` is short."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from hecon.structure.tree import Chance, Decision


def whole_text(value: Any) -> str:
    """A model, or a part of one, field by field.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> one, two = (DecisionTree("Demo", [Strategy("a", label, Leaf())], {}, "continuous") for label in ("A", "B"))
    >>> repr(one) == repr(two), whole_text(one) == whole_text(two)
    (True, False)
    """
    if isinstance(value, str):
        return repr(value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = (f"{one.name}={whole_text(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__qualname__}({', '.join(parts)})"
    if isinstance(value, Chance | Decision):
        nodes = value.branches if isinstance(value, Chance) else value.options
        return f"{type(value).__qualname__}({', '.join(map(whole_text, nodes))})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{whole_text(key)}: {whole_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(whole_text, value))})"
    return repr(value)
