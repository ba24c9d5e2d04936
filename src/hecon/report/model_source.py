"""A model as the Python file that makes it: what was written is declared in dataclasses, and is printed from them."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from hecon.structure.markov import MarkovModel
from hecon.structure.partitioned import PartitionedSurvival
from hecon.structure.tree import Chance, Decision

if TYPE_CHECKING:
    from hecon.structure.lowering import Model

WIDTH = 118
_STRUCTURES = (MarkovModel, PartitionedSurvival)


def model_source(models: "Mapping[str, Model]", about: str = "") -> str:
    r'''The text of a model.py: MODEL for one model named "", else MODELS; structures that trees lead to have names.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf())], {}, "continuous")
    >>> print(model_source({"": tree}, "A demonstration."))
    """A demonstration."""
    <BLANKLINE>
    from hecon import DecisionTree, Leaf, Strategy
    <BLANKLINE>
    MODEL = DecisionTree("Demo", [Strategy("a", to=Leaf())], discount={}, discount_timing="continuous")
    <BLANKLINE>
    '''
    shared: list[tuple[str, Any]] = []
    used: set[str] = set()
    if list(models) == [""]:
        body = f"MODEL = {_written(models[''], 0, shared, used, top=True)}\n"
    else:
        each = {name: _written(model, 1, shared, used, top=True) for name, model in models.items()}
        body = "MODELS = {\n" + "".join(f'    "{name}": {text},\n' for name, text in each.items()) + "}\n"
    named = "".join(f"{name} = {_written(one, 0, shared, used, top=True)}\n\n" for name, one in shared)
    told = about.replace("\\", "/").replace('"', "'")
    words = f'"""{told}"""\n\n' if about else ""
    imported = f"from hecon import {', '.join(sorted(used))}"
    if len(imported) > WIDTH:
        imported = "from hecon import (\n" + "".join(f"    {name},\n" for name in sorted(used)) + ")"
    return f"{words}{imported}\n\n{named}{body}"


def _written(value: Any, depth: int, shared: list[tuple[str, Any]], used: set[str], top: bool = False) -> str:
    """A value as Python: on one line if it fits, else a line for each part."""
    if isinstance(value, _STRUCTURES) and not top:
        return _name_of(value, shared)
    if isinstance(value, str):
        if '"' in value and not {"'", "\\", "\n"} & set(value):
            return f"'{value}'"
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, Chance | Decision):
        used.add(type(value).__name__)
        parts = [("", one) for one in (value.branches if isinstance(value, Chance) else value.options)]
        return _folded(f"{type(value).__name__}(", parts, ")", depth, shared, used)
    if is_dataclass(value):
        used.add(type(value).__name__)
        return _folded(f"{type(value).__name__}(", _arguments(value), ")", depth, shared, used)
    if isinstance(value, Mapping):
        keys = [(f"{_written(key, 0, shared, used)}: ", one) for key, one in value.items()]
        return _folded("{", keys, "}", depth, shared, used)
    if isinstance(value, list | tuple):
        ends = ("[", "]") if isinstance(value, list) else ("(", ",)" if len(value) == 1 else ")")
        return _folded(ends[0], [("", one) for one in value], ends[1], depth, shared, used)
    return repr(value)


def _arguments(value: Any) -> list[tuple[str, Any]]:
    """The fields that are not at their defaults; the first two stand without their names where they have none."""
    found = []
    plain = True
    for k, one in enumerate(fields(value)):
        given = getattr(value, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if default is MISSING or type(given) is not type(default) or given != default:
            plain = plain and default is MISSING and k < 2
            found.append(("" if plain else f"{one.name}=", given))
        else:
            plain = False
    return found


def _folded(
    head: str, parts: list[tuple[str, Any]], tail: str, depth: int, shared: list[tuple[str, Any]], used: set[str]
) -> str:
    texts = [mark + _written(one, depth + 1, shared, used) for mark, one in parts]
    flat = head + ", ".join(texts) + tail
    if "\n" not in flat and len(flat) + 4 * depth <= WIDTH - 10:
        return flat
    pad = "    " * (depth + 1)
    return head + "\n" + "".join(f"{pad}{text},\n" for text in texts) + "    " * depth + tail.lstrip(",")


def _name_of(structure: Any, shared: list[tuple[str, Any]]) -> str:
    """The name of a structure that a tree leads to; one that several leaves lead to is one."""
    for name, one in shared:
        if one is structure:
            return name
    stem = structure.name.upper().replace(" ", "_").replace("-", "_")
    stem = stem if stem.isidentifier() else "STRUCTURE"
    taken = {name for name, _ in shared}
    name, k = stem, 2
    while name in taken:
        name, k = f"{stem}_{k}", k + 1
    shared.append((name, structure))
    return name
