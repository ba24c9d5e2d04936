"""The structures of a model as its author declared them: cohorts and curves, with their choices of method."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hecon.structure.lowering import MODEL_SETTINGS, Model
from hecon.structure.tree import DecisionTree, Path, Structure, enumerate_decisions, paths_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book

METHODS = ("cycle", "horizon", "within_cycle", "events", "flows", "between_rows", "crossing")


def structures_of(model: Model) -> tuple[Structure, ...]:
    """Every structure that a strategy leads to, once, in the order of the strategies; the model itself where it stands alone.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> structures_of(DecisionTree("Demo", [Strategy("a", to=Leaf())], {}, "continuous"))
    ()
    """
    found: dict[int, Structure] = {}
    for strategy in (one for declared in model.strategies for one in enumerate_decisions(declared)):
        if strategy.to is None and not isinstance(model, DecisionTree):
            found[id(model)] = model
        found.update((id(path.leaf.to), path.leaf.to) for path in paths_of(strategy.to) if path.leaf.to is not None)
    return tuple(found.values())


def leading_paths(model: Model) -> tuple[tuple[str, Path], ...]:
    """Every way through the trees, with the name of its strategy.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> len(leading_paths(DecisionTree("Demo", [Strategy("a", to=Leaf())], {}, "continuous")))
    1
    """
    every = [one for declared in model.strategies for one in enumerate_decisions(declared)]
    return tuple((one.name, path) for one in every for path in paths_of(one.to))


def methods_of_structure(structure: Structure, book: "Book") -> Mapping[str, str]:
    """The choices of method of a structure, as declared or as the settings say; those it has not are left out.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import MarkovModel
    >>> one = MarkovModel(("well", "dead"), "1 year", "10 years", "start", "mid", transitions={"well -> dead": "0.1"})
    >>> methods_of_structure(one, make_book("demo", []))["horizon"]
    '10 years'
    """
    changed = {name: book.settings[name] for name in MODEL_SETTINGS if book.settings.get(name)}
    told = {name: str(changed.get(name, getattr(structure, name, ""))) for name in METHODS}
    return {name: text for name, text in told.items() if text}
