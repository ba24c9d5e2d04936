"""Whether inputs stand where their units of time fit: probabilities per cycle, rates per year, flows, durations in years.

Only sums and products of named inputs are judged, relative effects on them included. A number, another macro or a quotient in
a formula may be the conversion itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.errors import Fault, ModelError, raise_faults, told_once
from hecon.formula.parsing import parse
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.inputs.units import PER_YEAR, unit_of
from hecon.structure.items import LifeYears, Outcome, Utility
from hecon.structure.lowering import Model, as_tree
from hecon.structure.tree import DecisionTree, Leaf, Strategy, Structure, enumerate_decisions, paths_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SAME = 1e-9
_EFFECTS = ("hr_on_prob", "rr_on_prob", "or_on_prob")  # macros that leave a probability one of the same length of time


@dataclass(frozen=True)
class _Scope:
    """The inputs and the formulas, as text, that names stand for."""

    book: "Book"
    formulas: Mapping[str, str]


def check_units(model: Model, book: "Book") -> None:
    """Refuse an input whose unit of time contradicts the place where it stands.

    Raises:
        ModelError: such as a probability per month that is a transition of yearly cycles, or a cost per month that is paid
            per year; all at once.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure.markov import MarkovModel
    >>> model = MarkovModel(("well", "dead"), "1 year", "2 years", "start", "end", title="Demo", strategies=[Strategy("a")],
    ...                     start="well", transitions={"well -> dead": "p_die"}, discount={"cost": "0", "effect": "0"},
    ...                     discount_timing="continuous")
    >>> try:
    ...     check_units(model, make_book("demo", [Parameter(name="p_die", value=0.1, unit="probability per month")]))
    ... except ModelError as error:
    ...     print(str(error).rpartition("cohort, ")[2].rpartition(":")[0])
    well -> dead: p_die is a 'probability per month' and stands as a probability per cycle of 1 year
    """
    tree = as_tree(model, [])
    strategies = [one for declared in tree.strategies for one in enumerate_decisions(declared)]
    faults = [fault for strategy in strategies for fault in _strategy(tree, strategy, book)]
    raise_faults(told_once(faults, [one.name for one in strategies]), ModelError, tree.title or "model")


def _strategy(tree: DecisionTree, strategy: Strategy, book: "Book") -> Iterator[Fault]:
    place = f"strategy {strategy.name}"
    outer = {**tree.let, **strategy.let}
    scope = _Scope(book, outer)
    for rate in tree.discount.values():
        for _, text in [(0.0, rate)] if isinstance(rate, str) else rate:
            yield from _yearly(text, scope, f"{place}, discount", "a rate per year")
    yield from _duration(strategy.lasts, scope, f"{place}, lasts")
    yield from _duration(tree.age or "0", scope, f"{place}, age")
    for path in paths_of(strategy.to):
        paid = [*strategy.outcomes, *(one for branch in path.branches for one in branch.outcomes), *path.leaf.outcomes]
        for outcome in paid:
            if isinstance(outcome, LifeYears):
                yield from _duration(outcome.amount, scope, f"{place}, {outcome.name}")
        if path.leaf.to is not None:
            inner = {**getattr(path.leaf.to, "let", {}), **outer, **path.leaf.let}
            yield from _structure(path.leaf.to, path.leaf, strategy, paid, _Scope(book, inner), place)


def _structure(
    structure: Structure, leaf: Leaf, strategy: Strategy, paid: list[Outcome], scope: _Scope, place: str
) -> Iterator[Fault]:
    """The entries and the flows of the structure at a leaf."""
    here = f"{place}, {structure.name}"
    per_cycle, cycle = structure.clock.per_year, getattr(structure, "cycle", "")
    for word, judge in (("transitions", _probability), ("rates", _rate)):
        own = getattr(structure, word, None)
        if own is not None:
            for move, text in {**own, **getattr(strategy, word), **getattr(leaf, word)}.items():
                yield from judge(text, scope, f"{here}, {move}", per_cycle, cycle)
    for outcome in (*getattr(structure, "outcomes", ()), *paid):
        per = "year" if isinstance(outcome, Utility) else getattr(outcome, "per", "")
        if not per or not isinstance(outcome.amount, Mapping):
            continue
        for state, text in outcome.amount.items():
            spot = f"{here}, {outcome.name} ({state})"
            if per == "year":
                yield from _yearly(text, scope, spot, "an amount per year")
            else:
                for names, time, _ in _products(text, scope):
                    if abs(PER_YEAR[time] - per_cycle) > _SAME * per_cycle:
                        yield _fault(spot, names, scope, f"an amount per cycle of {cycle}", "convert it")


def _probability(text: str, scope: _Scope, place: str, per_cycle: float, cycle: str) -> Iterator[Fault]:
    for names, time, kinds in _products(text, scope):
        what = f"a probability per cycle of {cycle}"
        if "rate" in kinds and "probability" not in kinds:
            yield _fault(place, names, scope, what, "rate_to_prob(rate, years) converts it")
        elif "probability" in kinds and abs(PER_YEAR[time] - per_cycle) > _SAME * per_cycle:
            yield _fault(place, names, scope, what, "rescale_prob(p, old_years, new_years) converts it")


def _rate(text: str, scope: _Scope, place: str, _per_cycle: float, _cycle: str) -> Iterator[Fault]:
    for names, time, kinds in _products(text, scope):
        if "probability" in kinds:
            yield _fault(place, names, scope, "a rate per year", "prob_to_rate(p, years) converts it")
        elif time != "year":
            yield _fault(place, names, scope, "a rate per year", f"multiply it by {PER_YEAR[time]:g}")


def _yearly(text: str, scope: _Scope, place: str, what: str) -> Iterator[Fault]:
    for names, time, _ in _products(text, scope):
        if time != "year":
            yield _fault(place, names, scope, what, f"multiply it by {PER_YEAR[time]:g}")


def _duration(text: str, scope: _Scope, place: str) -> Iterator[Fault]:
    for names, time, _ in _products(text, scope, exponent=1):
        if time != "year":
            yield _fault(place, names, scope, "a number of years", f"divide it by {PER_YEAR[time]:g}")


def _fault(place: str, names: tuple[str, ...], scope: _Scope, what: str, remedy: str) -> Fault:
    known = {name: scope.book.parameters[name] for name in names}
    units = [f"{name} is a '{one.unit}'" for name, one in known.items() if unit_of(one).time]
    return Fault(place, f"{' and '.join(units)} and stands as {what}: {remedy}")


def _products(text: object, scope: _Scope, exponent: int = -1) -> Iterator[tuple[tuple[str, ...], str, set[str]]]:
    """The products of inputs in a formula that have one unit of time to this exponent: names, that unit, kinds of units."""
    for names in _terms(_read(text), scope, frozenset()):
        units = {name: unit_of(scope.book.parameters[name]) for name in names}
        if not names or any(unit.time is None for unit in units.values()):
            continue
        total: dict[str, int] = {}
        for unit in units.values():
            for time, n in (unit.time or {}).items():
                total[time] = total.get(time, 0) + n
        left = {time: n for time, n in total.items() if n}
        if len(left) == 1 and next(iter(left.values())) == exponent:
            yield names, next(iter(left)), {unit.kind for unit in units.values()}


def _terms(tree: Node, scope: _Scope, seen: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """The inputs multiplied in each term of a sum, through the formulas it names and both sides of a condition."""
    if isinstance(tree, Name) and tree.name in scope.formulas and tree.name not in seen:
        yield from _terms(_read(scope.formulas[tree.name]), scope, seen | {tree.name})
    elif isinstance(tree, Call) and tree.op in ("+", "-", "neg"):
        for arg in tree.args:
            yield from _terms(arg, scope, seen)
    elif isinstance(tree, Call) and tree.op == "where":
        for arg in tree.args[1:]:
            yield from _terms(arg, scope, seen)
    elif (names := _product(tree, scope, seen)) is not None:
        yield names


def _product(tree: Node, scope: _Scope, seen: frozenset[str]) -> tuple[str, ...] | None:
    """The inputs that a product consists of; None where it has any other factor, which may convert."""
    if isinstance(tree, Name):
        if tree.name in scope.formulas and tree.name not in seen:
            return _product(_read(scope.formulas[tree.name]), scope, seen | {tree.name})
        return (tree.name,) if tree.name in scope.book.parameters else None
    if isinstance(tree, Call) and tree.op in _EFFECTS:
        return _product(tree.args[0], scope, seen)
    if isinstance(tree, Call) and tree.op == "-" and tree.args[0] == Number(1.0):
        return ()  # who is left, a share
    if isinstance(tree, Call) and tree.op == "*":
        factors = [_product(arg, scope, seen) for arg in tree.args]
        return None if any(one is None for one in factors) else tuple(n for one in factors if one for n in one)
    return None


def _read(text: object) -> Node:
    """A formula's tree; one that cannot be read is told elsewhere."""
    try:
        return parse(text) if isinstance(text, str) else Number(0.0)
    except ModelError:
        return Number(0.0)
