"""Distributional cost-effectiveness: what each group gains by a treatment, and what it gives up to pay for it.

Arrays are (group, draw), the draw last. Cookson, Griffin, Norheim & Culyer (eds), Distributional Cost-Effectiveness
Analysis, 2020.
"""

from dataclasses import dataclass

import numpy as np

from hecon.arrays import Array
from hecon.errors import Fault, HeconError, raise_faults


@dataclass(frozen=True, eq=False)
class Groups:
    """A population in groups: `share` of it, of its `patients`, and of what is given up (`cost_share`), all (group,).

    `uptake` is the share of a group's patients who are treated, `benefit` the multiple of the QALYs that they gain, `health`
    the quality-adjusted life expectancy without the decision, all (group, draw). Rows stand from the worst off to the best
    off.

    Raises:
        HeconError: uptake outside 0 to 1, a benefit below 0, health that is not above 0; all at once, by group.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    share: Array
    patients: Array
    cost_share: Array
    uptake: Array
    benefit: Array
    health: Array

    def __post_init__(self) -> None:
        rules = (
            ("uptake", "lies from 0 to 1", (self.uptake < 0) | (self.uptake > 1), self.uptake),
            ("benefit", "is 0 or more", self.benefit < 0, self.benefit),
            ("qale", "is above 0", self.health <= 0, self.health),
        )
        faults = [
            Fault(f"group {name}", f"{what} {rule}; got {values[k][wrong[k] | np.isnan(values[k])][0]:g}")
            for what, rule, wrong, values in rules
            for k, name in enumerate(self.names)
            if wrong[k].any() or np.isnan(values[k]).any()
        ]
        raise_faults(faults, HeconError, "groups")


@dataclass(frozen=True, eq=False)
class Distribution:
    """Health by group (group, draw) in QALYs: `gross` gained by treatment, `lost` for its cost elsewhere, `net` of both.

    `treated` are the patients treated.
    """

    treated: Array
    gross: Array
    lost: Array

    @property
    def net(self) -> Array:
        """What each group gains in all."""
        return self.gross - self.lost


def distribution(
    groups: Groups, inc_cost: Array, inc_qaly: Array, opportunity_cost: float, patients: float = 1.0
) -> Distribution:
    """Health gained and given up by group, for so many `patients` of the decision, from increments per patient (group, draw).

    `opportunity_cost` is what a QALY costs where the money would be spent otherwise. A treatment that saves money gives
    groups health in the shares in which they would have lost it.

    Raises:
        HeconError: an opportunity cost or patients not above 0.

    >>> half, one = np.array([0.5, 0.5]), np.ones((2, 1))
    >>> two = Groups(("a", "b"), ("A", "B"), half, half, np.array([0.6, 0.4]), np.array([[0.5], [1.0]]), one, 60 * one)
    >>> found = distribution(two, 10_000 * one, 2 * one, 20_000, 10)
    >>> found.gross[:, 0].tolist(), found.lost[:, 0].tolist(), found.net[:, 0].tolist()       # 7.5 treated cost 3.75 QALYs
    ([5.0, 10.0], [2.25, 1.5], [2.75, 8.5])
    """
    for what, value in (("the opportunity cost of a QALY", opportunity_cost), ("the number of patients", patients)):
        if not 0 < value < np.inf:
            raise HeconError(f"{what} must be above 0; got {value:g}")
    treated = patients * groups.patients[:, None] * groups.uptake
    cost = (treated * inc_cost).sum(axis=0)
    return Distribution(
        treated, treated * groups.benefit * inc_qaly, shared(cost / opportunity_cost, groups.cost_share)
    )


def shared(lost: Array, cost_share: Array) -> Array:
    """Health given up in all (draw,), by group (group, draw).

    >>> shared(np.array([50.0]), np.array([0.26, 0.74])).tolist()
    [[13.0], [37.0]]
    """
    return cost_share[:, None] * lost


def with_copayment(uptake: Array, copayment: Array, elasticity: Array) -> Array:
    """Uptake where patients pay a part: it changes by `elasticity` for each share of a year's income that is asked.

    uptake x (1 + elasticity x copayment): a straight line, as declared, never cut off at 0.

    >>> with_copayment(np.array([0.8]), np.array([0.1]), np.array([-2.0])).round(12).tolist()     # a fifth less
    [0.64]
    """
    return uptake * (1.0 + elasticity * copayment)
