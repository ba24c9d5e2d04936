"""The structures of a model in words and tables: states, cycles, transitions or curves, and what each strategy overrides."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hecon.grid import Cell, Column, Grid
from hecon.report.sections.parts import Heading, Part, Table, Text
from hecon.report.sections.structures import leading_paths, methods_of_structure, structure_picture, structures_of
from hecon.results.analysis import Analysis
from hecon.structure.tree import Leaf, Path

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_WAYS = {
    "start": "as occupied at the start of the cycle",
    "end": "as occupied at the end of the cycle",
    "half-cycle": "by the mean of both ends of a cycle (half-cycle correction)",
    "simpson": "by Simpson's rule",
}
_MANY = 30  # formulas of strategies that are left to the appendix
_CROSSING = {
    "cap": "Where an earlier curve lies above a later one, the earlier is lowered to it.",
    "raise": "Where an earlier curve lies above a later one, the later is lifted to it.",
    "error": "A curve that lies above a later one stops the run.",
}


def structure_parts(analysis: Analysis) -> tuple[Part, ...]:
    """What the model consists of; a sentence where it is not at hand.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> case = open_case(*one_visit())
    >>> structure_parts(case.run(draws=0, perspective="payer", wtp=20_000, effect="none"))[0].text
    'The model is a decision tree without states: each way through it ends in payoffs.'
    """
    if analysis.model is None or analysis.book is None:
        return (Text("The model is not at hand; these results came from elsewhere."),)
    found = structures_of(analysis.model)
    if not found:
        return (Text("The model is a decision tree without states: each way through it ends in payoffs."),)
    parts = [part for one in found for part in _structure(analysis, one, analysis.book, several=len(found) > 1)]
    own = _overrides(analysis)
    if len(own.rows) > _MANY:  # steps of a solution, for the most part, that nobody reads here
        told = f"The strategies differ in {len(own.rows)} formulas, which stand in the appendix with the whole model."
        return (*parts, Text(told))
    words = "The strategies differ in these formulas; all else is shared." if own.rows else ""
    return (*parts, *((Text(words), Table(own)) if words else ()))


def _structure(analysis: Analysis, one: Any, book: "Book", several: bool) -> tuple[Part, ...]:
    """One structure: its states and clock in sentences, then its transitions or curves; `one` has what its kind declares."""
    told = methods_of_structure(one, book)
    *first, last = (state.replace("_", " ") for state in one.states)
    states = f"{', '.join(first)} and {last}" if first else last
    kind = "A partitioned survival model" if hasattr(one, "curves") else "A cohort state-transition model"
    tunnels = [f"{state} remembers the time since entry, in {tunnel.length} steps" for state, tunnel in _tunnels(one)]
    way = _WAYS.get(told.get("within_cycle", ""), told.get("within_cycle", ""))
    sentences = [
        f"{kind} ({one.name}) with the states {states}.",
        f"A cycle lasts {told['cycle']}, the horizon is {told['horizon']} ({one.clock.cycles:,} cycles).",
        f"Time in a state is counted {way}; the costs of transitions fall at the {told.get('events', '')} of their cycle.",
        _CROSSING.get(told.get("crossing", ""), ""),
        *(f"{words}." for words in tunnels),
    ]
    head = (Heading(one.name),) if several else ()
    picture = (structure_picture(analysis.model, one),) if analysis.model is not None else ()
    return (*head, Text(" ".join(filter(None, sentences))), *picture, Table(_moves(one)))


def _tunnels(one: Any) -> list[tuple[str, Any]]:
    return list(getattr(one, "tunnels", {}).items())


def _moves(one: Any) -> Grid:
    """Transitions with their rates or probabilities; of partitioned survival, the curves."""
    if hasattr(one, "curves"):
        states = (Column("state", "State"), Column("formula", "Probability of being in it or an earlier one"))
        return Grid("curves", f"Curves of {one.name}", states, tuple(one.curves.items()))
    rates = getattr(one, "rates", None)
    declared: Mapping[str, str] = rates or getattr(one, "transitions", None) or {}
    heading = "Rate per year" if rates else "Probability per cycle"
    columns = (Column("from", "From"), Column("to", "To"), Column("formula", heading))
    rows: list[tuple[Cell, ...]] = []
    for name, formula in declared.items():
        start, _, end = (text.strip() for text in name.partition("->"))
        rows.append((start, end, "the rest" if formula == "C" else formula))
    return Grid("transitions", f"Transitions of {one.name}", columns, tuple(rows))


def _overrides(analysis: Analysis) -> Grid:
    """The formulas that a strategy, or a way through its tree, has of its own; a row for all that share one."""
    rows: dict[tuple[str, str], dict[str, None]] = {}
    model = analysis.model
    for strategy in model.strategies if model else ():
        for name, formula in {**strategy.let, **strategy.transitions, **strategy.rates}.items():
            rows.setdefault((name, formula), {})[strategy.name] = None
    for name, path in leading_paths(model) if model else ():
        for what, formula in _own(path.leaf).items():
            way = _way(path)
            rows.setdefault((what, formula), {})[f"{name}, {way}" if way else name] = None
    columns = (Column("where", "Strategy"), Column("name", "Name"), Column("formula", "Formula"))
    told = tuple(("; ".join(places), name, formula) for (name, formula), places in rows.items())
    return Grid("overrides", "Formulas of each strategy", columns, tuple(sorted(told)))


def _own(leaf: Leaf) -> Mapping[str, str]:
    return {**leaf.let, **leaf.transitions, **leaf.rates}


def _way(path: Path) -> str:
    return ", ".join(branch.label for branch in path.branches)
