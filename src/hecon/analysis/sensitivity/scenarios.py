"""Every scenario of a book through the one run path: what changes, deterministic and probabilistic, beside the base case.

A scenario may change inputs, distributions, tables and settings (horizon, discounting, structure, strategies, threshold).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.ties import shares, tie_within, tied
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, position
from hecon.analysis.sensitivity.chosen_draws import Part, chosen_draws
from hecon.errors import HeconError, ModelError, nearest
from hecon.evaluate.run import run
from hecon.outcomes import Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

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
class ScenarioRow:
    """One scenario, one basis (deterministic or probabilistic), one strategy against the reference of its `reading`.

    `best` tells whether the strategy has the highest mean net benefit of all; `p_best` its probability of being best,
    None where deterministic.
    """

    scenario: str
    label: str
    basis: str
    strategy: str
    reading: Reading
    cost: Estimate
    effect: Estimate
    inc_cost: Estimate
    inc_effect: Estimate
    icer: Icer
    inmb: Estimate
    best: bool
    p_best: float | None


@dataclass(frozen=True, repr=False)
class ScenarioTable(Shown):
    """The base case first, then the scenarios in the book's order; `draws` is 0 without probabilistic results."""

    rows: tuple[ScenarioRow, ...]
    draws: int
    seed: int | None
    currency: str

    def of(self, scenario: str, basis: str = "deterministic") -> tuple[ScenarioRow, ...]:
        """The rows of one scenario on one basis."""
        return tuple(row for row in self.rows if (row.scenario, row.basis) == (scenario, basis))

    def to_frame(self) -> "pd.DataFrame":
        """One row per scenario, basis and strategy; intervals as columns ending in _low and _high."""
        import pandas as pd

        return pd.DataFrame.from_records([_record(row) for row in self.rows])


def scenarios(
    models: "Model | Mapping[str, Model]",
    book: "Book",
    *,
    reference: str,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
    draws: int = 0,
    seed: int = 1,
    method: str = "independent",
    names: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> ScenarioTable:
    """Run the base case and every scenario of the book (or those named), with `draws` draws each unless 0.

    `models` is a model, or the case's structures by name; a scenario's setting `structure` chooses among them. All
    scenarios share the draws' streams. Deterministic scenarios that differ in values only are rows of one run.
    Perspective, threshold and reference that a scenario sets hold in its rows. `progress` is told of each scenario done.

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
    Scenario         Strategy  Inc_Cost  Inc_Effect  ICER  INMB
    base case  dete  drug             5       1.000     5     2  best
    dear       dete  drug             8       1.000     8    -1
    """
    chosen = {name: book.scenario(name) for name in (names or book.scenarios)}
    books: dict[str, Book] = {BASE: book, **chosen}
    labels = {BASE: ""} | {name: book.scenarios[name].label for name in chosen}
    asked = Reading(perspective, wtp, reference, effect)
    base = _deterministic(models, books)
    rows: list[ScenarioRow] = []
    for name, one in books.items():
        reading = _reading(asked, book, one)
        rows += _rows(name, labels[name], _only(base[name], one), reading)
        if draws and one.margins.varying:
            psa = run(_model(models, one), one.sample(draws, seed, method))
            rows += _rows(name, labels[name], _only(psa, one), reading)
        if progress is not None:
            progress(1)
    money = f"{base[BASE].currency} {base[BASE].price_year}".strip()
    return ScenarioTable(tuple(rows), draws, seed if draws else None, money)


def _deterministic(models: "Model | Mapping[str, Model]", books: "Mapping[str, Book]") -> dict[str, Outcomes]:
    """The base case of each book; books that differ in parameter values only share a run."""
    groups: dict[tuple[Any, ...], list[str]] = {}
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
        outcomes = run(_model(models, first), chosen_draws(first, parts, shares=False))
        for k, name in enumerate(members):
            found[name] = Outcomes(
                outcomes.values[:, :, k : k + 1], outcomes.strategies, outcomes.items, outcomes.labels,
                currency=outcomes.currency, price_year=outcomes.price_year, perspectives=outcomes.perspectives,
            )  # fmt: skip
    return {name: found[name] for name in books}


def _rows(name: str, label: str, outcomes: Outcomes, reading: Reading) -> list[ScenarioRow]:
    cost, gain = cost_and_effect(outcomes, reading.perspective, reading.effect)
    origin = position(outcomes, reading.reference)
    net = reading.wtp * gain - cost
    within = tie_within(cost, gain, reading.wtp)
    best, chances = tied(net.mean(axis=1), within), shares(tied(net, within))
    many = cost.shape[1] > 1
    scale = float(np.abs(gain.mean(axis=1)).max())
    rows = []
    for k, strategy in enumerate(outcomes.strategies):
        if k == origin:
            continue
        inc_cost, inc_effect = estimate(cost[k] - cost[origin]), estimate(gain[k] - gain[origin])
        ratio = icer(inc_cost.mean, inc_effect.mean, effect_word(reading.effect), scale)
        rows.append(
            ScenarioRow(
                name, label, "probabilistic" if many else "deterministic", strategy, reading, estimate(cost[k]),
                estimate(gain[k]), inc_cost, inc_effect, ratio, estimate(net[k] - net[origin]), bool(best[k]),
                float(chances[k]) if many else None,
            )
        )  # fmt: skip
    return rows


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
        return models
    name = book.settings.get("structure", "")
    if name in models:
        return models[name]
    if len(models) == 1 and not name:
        return next(iter(models.values()))
    known = ", ".join(models)
    if not models:
        raise HeconError("there is no model to run")
    raise ModelError(f"{book.case} has no structure '{name}'{nearest(name, models)} (known: {known})")


def _record(row: ScenarioRow) -> dict[str, object]:
    record: dict[str, object] = {
        "scenario": row.scenario,
        "label": row.label,
        "basis": row.basis,
        "strategy": row.strategy,
        "reference": row.reading.reference,
        "perspective": row.reading.perspective,
        "wtp": row.reading.wtp,
    }
    cells = {"cost": row.cost, "effect": row.effect, "inc_cost": row.inc_cost, "inc_effect": row.inc_effect}
    for name, cell in {**cells, "inmb": row.inmb}.items():
        record |= {name: cell.mean, f"{name}_low": cell.low, f"{name}_high": cell.high}
    record |= {"icer": row.icer.value, "icer_text": row.icer.text, "quadrant": row.icer.status}
    return record | {"best": row.best, "p_best": row.p_best}
