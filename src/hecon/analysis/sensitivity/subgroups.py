"""Subgroups: the same model for each part of the population, and what they come to together by their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.compared import Compared, compared
from hecon.analysis.cost_effectiveness.ties import tie_within
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, counted, effect_word, position
from hecon.analysis.sensitivity.chosen_draws import Part, chosen_draws
from hecon.arrays import Array
from hecon.evaluate.run import run
from hecon.evaluate.together import Variant, run_together
from hecon.inputs.subgroups import Subgroup, check_subgroups
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model

OVERALL = "overall"


@dataclass(frozen=True)
class SubgroupRow(Compared):
    """One subgroup (or `overall`, the weighted whole), one basis, one strategy against the reference."""

    subgroup: str
    label: str
    weight: float


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


def subgroups(
    model: "Model", book: "Book", groups: Sequence[Subgroup], *, reference: str, perspective: str, wtp: float,
    effect: str = "qaly", draws: "Draws | None" = None,
) -> SubgroupTable:  # fmt: skip
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
        labels = [*((g.name, g.label, g.weight) for g in groups), (OVERALL, "", float(weights.sum()))]
        return [
            SubgroupRow(**vars(one), subgroup=group, label=label, weight=weight)
            for j, (group, label, weight) in enumerate(labels)
            for one in compared(names, whole[0][:, j], whole[1][:, j], origin, wtp, effect_word(effect), basis)
        ]

    found = rows(cost[:, :, None], gain[:, :, None], "deterministic")
    net = wtp * gain - cost
    choice = float(net.max(axis=0) @ weights - (net @ weights).max())
    choice = choice if choice > tie_within(cost, gain, wtp) else 0.0  # less is rounding of the sums
    if draws is not None:
        wanted = counted(base.sectors(perspective), effect)
        variants = [Variant(model, draws.fix(**group.values), wanted) for group in groups]
        runs = [cost_and_effect(one, perspective, effect) for one in run_together(variants)]
        found += rows(np.stack([c for c, _ in runs], 1), np.stack([e for _, e in runs], 1), "probabilistic")
    money = f"{base.currency} {base.price_year}".strip()
    return SubgroupTable(tuple(found), reference, perspective, wtp, choice, 0 if draws is None else draws.n, money)
