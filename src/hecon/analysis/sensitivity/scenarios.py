"""Every scenario of a book through the one run path: what changes, deterministic and probabilistic, beside the base case.

A scenario may change inputs, distributions, tables and settings (horizon, discounting, structure, strategies, threshold).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.compared import Compared, compared
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, counted, effect_word, position
from hecon.analysis.sensitivity.chosen_draws import Part, chosen_draws
from hecon.analysis.sensitivity.scenario_agreement import in_force, with_its_agreement
from hecon.errors import HeconError, ModelError, nearest
from hecon.evaluate.run import run
from hecon.evaluate.together import Variant, freed, run_together
from hecon.outcomes import Outcomes
from hecon.progress import progress as progress_of
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

BASE = "base case"


@dataclass(frozen=True)
class Reading:
    """How results are read: the perspective, threshold and reference that hold in a scenario."""

    perspective: str
    wtp: float
    reference: str
    effect: str = "qaly"


@dataclass(frozen=True)
class ScenarioRow(Compared):
    """One scenario, one basis, one strategy against the reference of its `reading`."""

    scenario: str
    label: str
    reading: Reading


@dataclass(frozen=True, repr=False)
class ScenarioTable(Shown):
    """The base case first, then the scenarios in the book's order; `draws` is 0 without probabilistic results.

    `left_out` says by scenario what lies beyond its horizon and is not counted; `method` how the draws were sampled.
    """

    rows: tuple[ScenarioRow, ...]
    draws: int
    seed: int | None
    currency: str
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    method: str = ""

    @property
    def note(self) -> str:
        """What scenarios leave out beyond their horizon, a line each; empty where they leave out nothing.

        >>> ScenarioTable((), 0, None, "EUR", {"short": ("item 'refund' (15 years)",)}).note
        "Left out in short: item 'refund' (15 years)."
        """
        return "\n".join(f"Left out in {name}: {one}." for name, several in self.left_out.items() for one in several)

    def of(self, scenario: str, basis: str = "deterministic") -> tuple[ScenarioRow, ...]:
        """The rows of one scenario on one basis."""
        return tuple(row for row in self.rows if (row.scenario, row.basis) == (scenario, basis))


def scenarios(
    models: "Model | Mapping[str, Model]", book: "Book", *, reference: str, perspective: str, wtp: float,
    effect: str = "qaly", draws: int = 0, seed: int = 1, method: str = "independent", names: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> ScenarioTable:  # fmt: skip
    """Run the base case and every scenario of the book (or those named), with `draws` draws each unless 0.

    `models` is a model, or the case's structures by name; a scenario's setting `structure` chooses among them. All
    scenarios share the draws' streams, sampled by `method`. What they have in common is evaluated once (`run_together`);
    deterministic scenarios that differ in values only are rows of one run. Perspective, threshold and reference that a
    scenario sets hold in its rows. `progress` is told of each scenario done.

    Raises:
        InputError: an unknown scenario. ModelError: an unknown structure.
        HeconError: an unknown reference, perspective or effect.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> from hecon.inputs.parameter import Change, Scenario
    >>> dear = Scenario("dear", "Price 8", (Change("parameter", "price", "8"),))
    >>> book = make_book("demo", [Parameter(name="price", value=5.0)], scenarios={"dear": dear})
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> print(scenarios(tree, book, reference="none", perspective="payer", wtp=7))
    Scenario   Basis          Strategy  Inc. cost  Inc. QALYs  ICER per QALY  INMB  Best
    base case  deterministic  drug              5       1.000              5     2  best
    dear       deterministic  drug              8       1.000              8    -1
    """
    chosen = {name: in_force(book.scenario(name)) for name in (names or book.scenarios)}
    books: dict[str, Book] = {BASE: book, **chosen}
    labels = {BASE: ""} | {name: book.scenarios[name].label for name in chosen}
    asked = Reading(perspective, wtp, reference, effect)
    readings = {name: _reading(asked, book, one) for name, one in books.items()}
    base = deterministic(models, books)
    psa = _probabilistic(models, books, readings, base, draws, seed, method) if draws else {}
    rows: list[ScenarioRow] = []
    for name, one in books.items():
        for outcomes in (found[name] for found in (base, psa) if name in found):
            rows += _rows(name, labels[name], _only(outcomes, one), readings[name])
        if progress is not None:
            progress(1)
    money = f"{base[BASE].currency} {base[BASE].price_year}".strip()
    left_out = {name: tuple(dict.fromkeys(map(str, one.kept["left_out"]))) for name, one in base.items()}
    left_out = {name: several for name, several in left_out.items() if several}
    return ScenarioTable(tuple(rows), draws, seed if draws else None, money, left_out, method if draws else "")


def _probabilistic(
    models: "Model | Mapping[str, Model]",
    books: "Mapping[str, Book]",
    readings: Mapping[str, Reading],
    base: Mapping[str, Outcomes],
    draws: int,
    seed: int,
    method: str,
) -> dict[str, Outcomes]:
    """The draws of each book that has an uncertain input; only the items that its reading counts are evaluated."""
    uncertain = {name: one for name, one in books.items() if one.margins.varying}
    first = books[BASE].sample(draws, seed, method)
    variants = [
        Variant(
            _model(models, one),
            first if name == BASE else one.sample(draws, seed, method, origin=first),
            counted(base[name].sectors(readings[name].perspective), readings[name].effect),
        )
        for name, one in uncertain.items()
    ]
    with progress_of("Scenarios", draws * len(variants)) as step:
        return dict(zip(uncertain, run_together(variants, step), strict=True))


def deterministic(models: "Model | Mapping[str, Model]", books: "Mapping[str, Book]") -> dict[str, Outcomes]:
    """The base case of each book; books that differ in parameter values only share a run.

    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> dear = replace(book, parameters={"c_visit": replace(book.parameters["c_visit"], value=60.0)})
    >>> {name: float(one.cost("payer")[0, 0]) for name, one in deterministic(tree, {BASE: book, "dear": dear}).items()}
    {'base case': 100.0, 'dear': 120.0}
    """
    groups: dict[tuple[Any, ...], list[str]] = {}
    books = {name: in_force(one) for name, one in books.items()}
    for name, one in books.items():
        key = (tuple(sorted(one.settings.items())), tuple(id(table) for table in one.tables.values()))
        groups.setdefault(key, []).append(name)
    found = {}
    for members in groups.values():
        first = books[members[0]]
        differing = {
            parameter
            for name in members
            for parameter, one in books[name].parameters.items()
            if one.value != first.parameters[parameter].value
        }
        parts: list[Part] = [
            {parameter: [books[name].parameters[parameter].value] for parameter in sorted(differing)}
            for name in members
        ]
        free = {name: freed(first.parameters[name], name) for name in differing}  # each was held to its own support
        rows = chosen_draws(replace(first, parameters={**first.parameters, **free}), parts, shares=False)
        outcomes = run(_model(models, first), rows)
        for k, name in enumerate(members):
            found[name] = Outcomes(
                outcomes.values[:, :, k : k + 1], outcomes.strategies, outcomes.items, outcomes.labels,
                currency=outcomes.currency, price_year=outcomes.price_year, perspectives=outcomes.perspectives,
                kept={"left_out": outcomes.kept["left_out"]},
            )  # fmt: skip
    return {name: found[name] for name in books}


def _rows(name: str, label: str, outcomes: Outcomes, reading: Reading) -> list[ScenarioRow]:
    cost, gain = cost_and_effect(outcomes, reading.perspective, reading.effect)
    found = compared(
        outcomes.strategies, cost, gain, position(outcomes, reading.reference), reading.wtp, effect_word(reading.effect),
        "probabilistic" if cost.shape[1] > 1 else "deterministic",
    )  # fmt: skip
    return [ScenarioRow(**vars(one), scenario=name, label=label, reading=reading) for one in found]


def _only(outcomes: Outcomes, book: "Book") -> Outcomes:
    """The outcomes of the strategies that the book's settings name; all where they name none."""
    names = book.settings.get("strategies", "").split()
    rows = [position(outcomes, name) for name in names] or list(range(len(outcomes.strategies)))
    return Outcomes(
        outcomes.values[rows], tuple(outcomes.strategies[k] for k in rows), outcomes.items,
        tuple(outcomes.labels[k] for k in rows), outcomes.draw, outcomes.currency, outcomes.price_year,
        perspectives=outcomes.perspectives, fingerprints=outcomes.fingerprints,
    )  # fmt: skip


def _reading(asked: Reading, before: "Book", now: "Book") -> Reading:
    """What was asked for, but for what the scenario's own settings change."""

    def own(setting: str) -> str | None:
        value = now.settings.get(setting)
        return value if value and value != before.settings.get(setting) else None

    return Reading(
        own("perspective") or asked.perspective,
        float(own("threshold") or asked.wtp),
        own("reference") or asked.reference,
        asked.effect,
    )


def _model(models: "Model | Mapping[str, Model]", book: "Book") -> "Model":
    if not isinstance(models, Mapping):
        return with_its_agreement(models, book)
    name = book.settings.get("structure", "")
    if name in models:
        return with_its_agreement(models[name], book)
    if len(models) == 1 and not name:
        return with_its_agreement(next(iter(models.values())), book)
    known = ", ".join(models)
    if not models:
        raise HeconError("there is no model to run")
    raise ModelError(f"{book.case} has no structure '{name}'{nearest(name, models)} (known: {known})")
