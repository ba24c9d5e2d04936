"""What agreements pay where real life is not as the trial: better, as predicted, unstable, or like the comparator."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hecon.analysis.paying.milestones import Milestones
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.shown import Shown

FULL, PREDICTED, UNSTABLE, COMPARATOR = "full response", "as predicted", "unstable", "like the comparator"
LIVES = (FULL, PREDICTED, UNSTABLE, COMPARATOR)


@dataclass(frozen=True)
class LifeRow:
    """One agreement in one real life, discounted, per patient intended: `paid` by payer and patient less refunds, of which
    `refund` comes back; `of_predicted` is paid over what is paid as predicted, `needed` the multiple of the list price at which
    the agreement would pay what it pays as predicted. None where it pays nothing, or where the comparator lacks the states
    (`told` says so).
    """

    agreement: str
    label: str
    life: str
    paid: float | None
    refund: float | None
    of_predicted: float | None
    needed: float | None
    told: str = ""


@dataclass(frozen=True, repr=False)
class LifeTable(Shown):
    """Agreements in each real life; `hazard` multiplies the hazard of losing a condition where response is unstable."""

    rows: tuple[LifeRow, ...]
    hazard: float
    strategy: str
    comparator: str
    money: str
    draws: int

    def row(self, agreement: str, life: str) -> LifeRow:
        """The row of an agreement in a real life.

        Raises:
            HeconError: one that is not there.
        """
        found = next((one for one in self.rows if (one.agreement, one.life) == (agreement, life)), None)
        if found is None:
            raise HeconError(f"there is no '{life}' of agreement '{agreement}' (known: {', '.join(LIVES)})")
        return found


def lives_of(
    predicted: Milestones, hazard: float, comparator: Mapping[str, Array] | None = None
) -> dict[str, Milestones]:
    """The milestones of each real life. In a full response nobody leaves the state in which treatment begins; in an unstable one
    the hazard of losing each condition is multiplied by `hazard`; like the comparator, the treated move as its patients do.

    `comparator` (time, draw) by state is the share of the comparator's patients at the same times since their start; left out
    where it has none.

    Raises:
        HeconError: a hazard that is not above 0.

    >>> one = Milestones(np.array([100.0]), ("well", "dead"), ("dead",), np.array([0.0, 1.0]),
    ...                  np.array([[[100.0], [60.0]], [[0.0], [40.0]]]), np.array([0.0]), np.ones(1))
    >>> lives = lives_of(one, 2.0, {"well": np.array([[1.0], [0.25]]), "dead": np.array([[0.0], [0.75]])})
    >>> {name: round(float(life.row("well")[1, 0]), 9) for name, life in lives.items()}
    {'full response': 100.0, 'as predicted': 60.0, 'unstable': 36.0, 'like the comparator': 25.0}
    """
    if not 0 < hazard < np.inf:
        raise HeconError(f"the hazard of losing the condition is multiplied by a number above 0; got {hazard:g}")
    start = np.repeat(predicted.held[:, :1], len(predicted.times), axis=1)
    found = {
        FULL: replace(predicted, held=start),
        PREDICTED: predicted,
        UNSTABLE: replace(predicted, hazard=predicted.hazard * hazard),
    }
    if comparator:
        known = [state for state in predicted.states if state in comparator]
        entered = sum(comparator[state][0] for state in known)
        held = np.array([comparator[state] / entered * predicted.treated for state in known])
        dead = tuple(state for state in predicted.dead if state in known)
        found[COMPARATOR] = replace(predicted, states=tuple(known), dead=dead, held=held)
    return found
