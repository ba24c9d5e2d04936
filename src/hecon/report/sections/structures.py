"""The structures of a model as its author declared them: cohorts and curves, with their choices of method, and as pictures."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hecon.figures.structure_drawing import curves_figure, states_figure
from hecon.report.sections.parts import Picture
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


def structure_picture(model: Model, one: Structure) -> Picture:
    """A structure of a model as a picture, with its words for those who do not see it.

    >>> from hecon.structure import MarkovModel
    >>> well = MarkovModel(("well", "dead"), "1 year", "10 years", "start", "mid", transitions={"well -> dead": "0.1"})
    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(to=well, start="well"))], {"cost": "0", "effect": "0"}, "continuous")
    >>> structure_picture(tree, well).alt
    'States: well, dead. Transitions: well -> dead (0.1).'
    """
    states, curves = tuple(one.states), getattr(one, "curves", None)
    if curves is not None:
        told = "; ".join(f"{state}: {formula}" for state, formula in curves.items())
        caption = f"Curves of {one.name} and the states between them: a sketch, not to scale."
        return Picture(
            curves_figure(states, tuple(curves.items())),
            f"States: {', '.join(states)}. Curves, each the share in its state or an earlier one: {told}.",
            caption,
        )
    arrows = transitions_declared(model, one)
    tunnels = {state: tunnel.length for state, tunnel in getattr(one, "tunnels", {}).items()}
    told = "; ".join(f"{a} -> {b} ({words})" for a, b, words in arrows if a != b)
    first = [state for state in states if state in _starts(model, one)]
    dashed = " Dashed: a state that remembers the time since entry, in tunnels." if tunnels else ""
    caption = (
        f"States and transitions of {one.name}; staying is not drawn. Thick border: where the cohort starts.{dashed}"
    )
    alt = f"States: {', '.join(states)}. Transitions: {told}."
    return Picture(states_figure(states, arrows, first, tunnels), alt, caption)


def transitions_declared(model: Model, one: Structure) -> tuple[tuple[str, str, str], ...]:
    """Transitions (from, to, formula) of a structure; "by strategy" for the formula where strategies or leaves differ.

    >>> from hecon.structure import MarkovModel, Strategy
    >>> moves = {"well -> dead": "0.1", "well -> well": "C"}
    >>> one = MarkovModel(
    ...     ("well", "dead"), "1 year", "10 years", "start", "mid", strategies=[Strategy("a")], start="well", transitions=moves
    ... )
    >>> transitions_declared(one, one)
    (('well', 'dead', '0.1'), ('well', 'well', 'the rest'))
    """
    declared = dict(getattr(one, "rates", None) or getattr(one, "transitions", None) or {})
    found = {_ends(name): "the rest" if formula == "C" else formula for name, formula in declared.items()}
    for name, formula in _overriding(model, one):
        own = "the rest" if formula == "C" else formula
        found[_ends(name)] = own if found.get(_ends(name), own) == own else "by strategy"
    return tuple((a, b, words) for (a, b), words in found.items())


def _ends(name: str) -> tuple[str, str]:
    start, _, end = (text.strip() for text in name.partition("->"))
    return start, end


def _overriding(model: Model, one: Structure) -> Iterator[tuple[str, str]]:
    """The transitions that strategies, and leaves that lead to the structure, have of their own."""
    for strategy in model.strategies:
        yield from {**strategy.transitions, **strategy.rates}.items()
    for _, path in leading_paths(model):
        if path.leaf.to is one:
            yield from {**path.leaf.transitions, **path.leaf.rates}.items()


def _starts(model: Model, one: Structure) -> set[str]:
    """The states in which a cohort may begin."""
    own = [strategy.start for strategy in model.strategies]
    given = [
        getattr(one, "start", None),
        *own,
        *(path.leaf.start for _, path in leading_paths(model) if path.leaf.to is one),
    ]
    return {state for start in given if start for state in ([start] if isinstance(start, str) else start)}
