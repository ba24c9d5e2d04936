"""Subgroups: the same model for each part of the population, and what they come to together by their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.ties import tie_within, tied
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, position
from hecon.analysis.sensitivity.chosen_draws import Part, chosen_draws
from hecon.evaluate.run import run
from hecon.inputs.subgroups import Subgroup, check_subgroups
from hecon.outcomes import Array
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model

OVERALL = "overall"


@dataclass(frozen=True)
class SubgroupRow:
    """One subgroup (or `overall`, the weighted whole), one basis, one strategy against the reference."""

    subgroup: str
    label: str
    weight: float
    basis: str
    strategy: str
    cost: Estimate
    effect: Estimate
    inc_cost: Estimate
    inc_effect: Estimate
    icer: Icer
    inmb: Estimate
    best: bool


@dataclass(frozen=True, repr=False)
class SubgroupTable(Shown):
    """Subgroups in their order, then overall; deterministic, then probabilistic where there are draws.

    `value_of_choice` is what choosing the best strategy in each subgroup is worth per patient, over the one that is
    best overall (deterministic, in currency).
    """

    rows: tuple[SubgroupRow, ...]
    reference: str
    perspective: str
    wtp: float
    value_of_choice: float
    draws: int
    currency: str

    def row(self, subgroup: str, strategy: str, basis: str = "deterministic") -> SubgroupRow:
        """One row; KeyError if there is none."""
        return {(row.subgroup, row.strategy, row.basis): row for row in self.rows}[subgroup, strategy, basis]

    def to_frame(self) -> "pd.DataFrame":
        """One row per subgroup, basis and strategy; intervals as columns ending in _low and _high."""
        import pandas as pd

        records = []
        for row in self.rows:
            record: dict[str, object] = {name: getattr(row, name) for name in ("subgroup", "label", "weight", "basis")}
            record |= {"strategy": row.strategy, "reference": self.reference}
            for name in ("cost", "effect", "inc_cost", "inc_effect", "inmb"):
                cell = getattr(row, name)
                record |= {name: cell.mean, f"{name}_low": cell.low, f"{name}_high": cell.high}
            records.append(record | {"icer": row.icer.value, "icer_text": row.icer.text, "best": row.best})
        return pd.DataFrame.from_records(records)


def subgroups(
    model: "Model",
    book: "Book",
    groups: Sequence[Subgroup],
    *,
    reference: str,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
    draws: "Draws | None" = None,
) -> SubgroupTable:
    """Results of each subgroup and of all together, weighted; with `draws`, probabilistic too.

    The base cases of all subgroups are one run. In a probabilistic analysis every subgroup has the same draws, with its
    own parameters at its values: they are what tells it apart and are not uncertain there.

    Raises:
        InputError: weights that do not add up to 1, unknown parameters (see `check_subgroups`).
        HeconError: an unknown reference, perspective or effect.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> book = make_book("demo", [Parameter(name="gain", value=1.0)])
    >>> leaf = Leaf(outcomes=[Cost("drug", "5", category="drug", sector="health care"), QALY("gain", "gain")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=leaf)], free, "continuous")
    >>> young, old = Subgroup("young", "", 0.75, {"gain": 1.2}), Subgroup("old", "", 0.25, {"gain": 0.4})
    >>> table = subgroups(tree, book, [young, old], reference="none", perspective="payer", wtp=10)
    >>> [round(row.inmb.mean, 9) for row in table.rows], table.value_of_choice              # 0.25 x 1 is saved
    ([7.0, -1.0, 5.0], 0.25)
    """
    check_subgroups(book, groups)
    weights = np.array([group.weight for group in groups])
    parts: list[Part] = [{name: [value] for name, value in group.values.items()} for group in groups]
    base = run(model, chosen_draws(book, parts, shares=False))
    cost, gain = cost_and_effect(base, perspective, effect)
    names, origin = base.strategies, position(base, reference)

    def rows(cost: Array, gain: Array, basis: str) -> list[SubgroupRow]:
        """From totals (strategy, subgroup, draw)."""
        whole = [np.concatenate([x, np.einsum("sgd,g->sd", x, weights)[:, None]], axis=1) for x in (cost, gain)]
        found = []
        labels = [*((g.name, g.label, g.weight) for g in groups), (OVERALL, "", float(weights.sum()))]
        for j, (group, label, weight) in enumerate(labels):
            c, e = whole[0][:, j], whole[1][:, j]
            net = wtp * e - c
            best = tied(net.mean(axis=1), tie_within(c, e, wtp))
            scale = float(np.abs(e.mean(axis=1)).max())
            for k, strategy in enumerate(names):
                if k == origin:
                    continue
                inc_cost, inc_effect = estimate(c[k] - c[origin]), estimate(e[k] - e[origin])
                ratio = icer(inc_cost.mean, inc_effect.mean, effect_word(effect), scale)
                found.append(
                    SubgroupRow(
                        group, label, weight, basis, strategy, estimate(c[k]), estimate(e[k]), inc_cost, inc_effect,
                        ratio, estimate(net[k] - net[origin]), bool(best[k]),
                    )
                )  # fmt: skip
        return found

    found = rows(cost[:, :, None], gain[:, :, None], "deterministic")
    net = wtp * gain - cost
    choice = float(net.max(axis=0) @ weights - (net @ weights).max())
    choice = choice if choice > tie_within(cost, gain, wtp) else 0.0  # less is rounding of the sums
    if draws is not None:
        runs = [cost_and_effect(run(model, draws.fix(**group.values)), perspective, effect) for group in groups]
        found += rows(np.stack([c for c, _ in runs], 1), np.stack([e for _, e in runs], 1), "probabilistic")
    money = f"{base.currency} {base.price_year}".strip()
    return SubgroupTable(tuple(found), reference, perspective, wtp, choice, 0 if draws is None else draws.n, money)
