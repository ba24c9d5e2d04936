"""Two-way sensitivity: two inputs over a grid with all others at their values, and which strategy is best where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.cost_effectiveness.ties import first_best, shares, tie_within, tied
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.sensitivity.chosen_draws import chosen_draws, points_between
from hecon.errors import InputError
from hecon.evaluate.run import run
from hecon.outcomes import Array
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model


@dataclass(frozen=True, eq=False, repr=False)
class TwoWay(Shown):
    """Net benefit `nmb` (strategy, y, x) over `x_values` (x,) of input `x` and `y_values` (y,) of input `y`.

    `best` (y, x) is the position of the strategy with the highest net benefit, the first declared if tied, and
    `base_best` that of the base case at (`x_base`, `y_base`). Net benefits no further apart than `within` tie.
    """

    x: str
    y: str
    x_base: float
    y_base: float
    x_values: Array
    y_values: Array
    strategies: tuple[str, ...]
    labels: tuple[str, ...]
    nmb: Array
    best: NDArray[np.intp]
    base_best: int
    perspective: str
    wtp: float
    effect: str
    within: float = 0.0

    @property
    def tied(self) -> NDArray[np.bool_]:
        """Which strategies are best at each point (strategy, y, x): several where they tie."""
        return tied(self.nmb, self.within)

    def best_names(self) -> NDArray[np.object_]:
        """The best strategy at each point (y, x); of several that tie all, joined by " = "."""
        best = self.tied
        names = [" = ".join(np.array(self.strategies)[best[:, y, x]]) for y, x in np.ndindex(*self.best.shape)]
        return np.array(names, dtype=object).reshape(self.best.shape)

    @property
    def margin(self) -> Array:
        """By how much the best beats the second best (y, x), in currency per patient."""
        ordered = np.sort(self.nmb, axis=0)
        return np.asarray(ordered[-1] - ordered[-2]) if len(ordered) > 1 else np.zeros(self.best.shape)

    def share(self, strategy: str) -> float:
        """Share of the grid's points where a strategy is best, tied ones sharing a point: of the grid, no probability."""
        return float(shares(self.tied)[self.strategies.index(strategy)])

    def to_frame(self) -> "pd.DataFrame":
        """One row per point: x, y, the net benefit of every strategy, the best one, its margin."""
        import pandas as pd

        across, up = np.meshgrid(self.x_values, self.y_values)
        columns = {self.x: across.ravel(), self.y: up.ravel()}
        columns |= {f"nmb_{name}": self.nmb[k].ravel() for k, name in enumerate(self.strategies)}
        return pd.DataFrame({**columns, "best": self.best_names().ravel(), "margin": self.margin.ravel()})


def two_way(
    model: "Model",
    book: "Book",
    x: str,
    y: str,
    *,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
    x_values: ArrayLike | None = None,
    y_values: ArrayLike | None = None,
    points: int = 21,
) -> TwoWay:
    """Evaluate every pair of values of two inputs; by default `points` of each from its low to its high.

    Raises:
        InputError: the same input twice, an unknown one, one without a range and without values of its own.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> inputs = [Parameter(name="price", value=5.0, low=4.0, high=8.0), Parameter(name="gain", value=1.0)]
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "gain")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> print(two_way(tree, make_book("demo", inputs), "price", "gain", perspective="payer", wtp=10,
    ...               y_values=[0.5, 0.7], points=3))
    gain by price     4     6     8
    0.7            drug  drug  none
    0.5            drug  none  none
    """
    if x == y:
        raise InputError(f"a two-way analysis needs two inputs; got {x} twice")
    across, up = _values(book, x, x_values, points), _values(book, y, y_values, points)
    columns = np.meshgrid(across, up)
    outcomes = run(model, chosen_draws(book, [{}, {x: columns[0].ravel(), y: columns[1].ravel()}]))
    values = nmb(outcomes, wtp, perspective, effect)
    within = tie_within(*cost_and_effect(outcomes, perspective, effect), wtp)
    grid = values[:, 1:].reshape(-1, up.size, across.size)
    return TwoWay(
        x, y, book.parameter(x).value, book.parameter(y).value, across, up, outcomes.strategies, outcomes.labels, grid,
        first_best(grid, within), int(first_best(values[:, 0], within)), perspective, wtp, effect, within,
    )  # fmt: skip


def _values(book: "Book", name: str, values: ArrayLike | None, points: int) -> Array:
    one = book.parameter(name)
    if values is not None:
        return np.unique(np.asarray(values, dtype=np.float64))
    if not one.low < one.high:
        raise InputError(f"{one.place('low')}: has no low and high; give them there, or values to vary it over")
    if points < 2:
        raise InputError(f"a two-way analysis needs at least 2 points; got {points}")
    return points_between(book, name, one.low, one.high, points)
