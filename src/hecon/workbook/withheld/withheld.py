"""What is withheld from a confidential workbook and its files: the inputs, all that follows from them, and their stand-ins.

The files are written from a book without the withheld numbers, so that what is not there cannot be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.totals import kinds_of
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.formula.dependence import Dependents, dependents
from hecon.formula.program import inputs_of
from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.withheld import check_withheld, withhold
from hecon.outcomes import Array, Outcomes
from hecon.workbook.pages.open_choices import open_choices
from hecon.workbook.sheets.price_parameters import exact_levers

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_TRIED = (1.0, 0.5, 0.2, 0.05, 0.9, 2.0, 10.0, 50.0, 100.0, 0.01, 1000.0, 0.0)
_NUDGE = 1.001  # another stand-in for an input that is no lever: near, so that a model accepts it too
_DEARER = 12_345.0  # and for a lever


@dataclass(frozen=True)
class Withheld:
    """Inputs that are withheld, what depends on them, and two sets of stand-ins that the model accepts.

    `levers` says that all are levers whose every effect is price x quantity, so that the PSA's acceptability can wait for a
    typed price. `shown` are numbers shown on request, by name; `implied` names what follows from one of them.
    `fingerprint` is the salted one.
    """

    names: tuple[str, ...]
    levers: bool
    follows: Dependents
    stand_ins: Mapping[str, float]
    others: Mapping[str, float]
    shown: Mapping[str, float] = field(default_factory=dict)
    implied: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    def public(self, book: "Book", *, other: bool = False) -> "Book":
        """The book without the withheld numbers, at the one set of stand-ins or the other."""
        return withhold(book, self.others if other else self.stand_ins)

    def hides(self, strategy: str, kind: str, item: str | None = None) -> bool:
        """Whether an item of a strategy (or any of a kind) depends on what is withheld."""
        return any((s, k) == (strategy, kind) and item in (None, name) for s, k, name in self.follows.items)

    def hides_cost(self, base: Outcomes, strategy: str, perspective: str) -> bool:
        """Whether the cost of a strategy under a perspective depends on what is withheld."""
        sectors = base.sectors(perspective)
        return any(
            self.hides(strategy, "cost", item.name)
            for item in base.items
            if item.kind == "cost" and item.sector in sectors
        )

    def hides_effect(self, strategy: str, effect: str) -> bool:
        """Whether an effect of a strategy depends."""
        return any(self.hides(strategy, kind) for kind in kinds_of(effect))

    def hides_benefit(self, base: Outcomes, strategy: str, perspective: str, effect: str) -> bool:
        """Whether cost or effect of a strategy depend."""
        return self.hides_cost(base, strategy, perspective) or self.hides_effect(strategy, effect)

    @property
    def banner(self) -> str:
        """What the sheets say at their head."""
        count = "1 input is" if len(self.names) == 1 else f"{len(self.names)} inputs are"
        more = f" {len(self.shown)} shown on request: see Checks." if self.shown else ""
        return (
            f"CONFIDENTIAL VERSION: {count} withheld; #N/A marks what depends on them. Type a value in the yellow cells of"
            f" Inputs to compute it.{more}"
        )


def plan_withheld(model: Any, book: "Book", names: Sequence[str]) -> Withheld:
    """What withholding these inputs of a book means for a model.

    Raises:
        InputError: inputs that cannot be withheld.
        HeconError: nothing would be left to show; no stand-in that the model accepts.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> costs = [Cost(name, f"c_{name}", category="a", sector="health care") for name in ("drug", "visit")]
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=costs))], {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="c_drug", value=9.0), Parameter(name="c_visit", value=1.0)])
    >>> plan_withheld(tree, book, ["c_drug"]).follows.items
    {('a', 'cost', 'drug')}
    """
    program = open_choices(model, book.settings, book).program
    used = [name for name in inputs_of(program) if name in book.parameters]
    names = tuple(dict.fromkeys(names))
    check_withheld(book, names, used)
    follows = dependents(program, names)
    pieces = {(block.strategy, t.item.kind, t.item.name) for block in program.blocks for t in block.terms}
    if pieces <= follows.items:
        raise HeconError(
            f"every result depends on {', '.join(names)}: nothing would be left to show, so withhold the whole workbook"
            " instead, or fewer inputs"
        )
    declared = book.settings.get("levers", "").split()
    stand_ins, others = _stand_ins(model, book, names, [name for name in names if name in declared])
    levers = set(names) <= set(declared) and _exact(model, withhold(book, stand_ins), names)
    return Withheld(names, levers, follows, stand_ins, others)


def without_stored(withheld: Withheld, base: Outcomes) -> Outcomes:
    """The PSA's or base case's outcomes of items that depend on nothing withheld in any strategy, with the levers of those."""
    from dataclasses import replace

    hidden = {(kind, item) for _, kind, item in withheld.follows.items}
    kept = [k for k, item in enumerate(base.items) if (item.kind, item.name) not in hidden]
    names = {base.items[k].name for k in kept if base.items[k].kind == "cost"}
    levers = tuple(one for one in base.levers if one.item in names and one.name not in withheld.names)
    values: Array = base.values[:, kept]
    return replace(base, values=values, items=tuple(base.items[k] for k in kept), levers=levers, kept={})


def _exact(model: Any, public: "Book", names: Sequence[str]) -> bool:
    """Whether costs follow the withheld levers, alone and together, by their quantities."""
    exact, free = exact_levers(run(model, public.base()))
    return set(names) <= set(exact) and free


def _stand_ins(
    model: Any, book: "Book", names: Sequence[str], levers: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Values that the model accepts, found without a look at those withheld: levers at 0, shares of a whole alike."""
    shares = {
        name: 1 / len(group.members)
        for group in book.margins.groups
        if isinstance(group, Dirichlet)
        for name in group.members
        if name in names
    }
    units = {name: book.parameters[name].unit.lower() for name in names}
    for tried in _TRIED:
        first = {name: _first(units[name], tried) for name in names} | dict.fromkeys(levers, 0.0) | shares
        second = {name: _second(units[name], value, name in levers) for name, value in first.items()} | _uneven(shares)
        try:
            for values in (first, second):
                run(model, withhold(book, values).base())
        except HeconError:
            continue
        return first, second
    raise HeconError(
        f"the model refuses every stand-in tried for {', '.join(names)} ({', '.join(f'{x:g}' for x in _TRIED)}): what"
        " depends on them cannot be told apart, so they cannot be withheld"
    )


def _first(unit: str, tried: float) -> float:
    return 1.0 if unit in ("switch", "choice") else tried


def _second(unit: str, value: float, lever: bool) -> float:
    if unit in ("switch", "choice"):
        return {"switch": 0.0, "choice": 2.0}[unit]
    return _DEARER if lever else value * _NUDGE if value else 0.01


def _uneven(shares: Mapping[str, float]) -> dict[str, float]:
    """Other shares of the same whole."""
    found = dict(shares)
    for one, other in zip(list(shares)[::2], list(shares)[1::2], strict=False):
        found[one], found[other] = shares[one] * 1.02, shares[other] - shares[one] * 0.02
    return found
