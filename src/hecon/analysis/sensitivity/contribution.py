"""How much of the uncertainty each input brings: its contribution to the variance of the incremental net benefit.

By analysis of covariance on a probabilistic analysis (Briggs, Claxton and Sculpher 2006): a linear regression of the
result on all inputs, and the share of variance that is lost when one of them, or one group, is left out.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.net_benefit import inmb
from hecon.analysis.cost_effectiveness.plain import plain_table
from hecon.analysis.cost_effectiveness.totals import position
from hecon.analysis.sensitivity.chosen_draws import name_of
from hecon.errors import HeconError
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.draws import Draws


@dataclass(frozen=True)
class Contribution:
    """Share of variance (0 to 1) that an input, or a group drawn together, explains beyond all others; its slope's sign."""

    name: str
    label: str
    members: tuple[str, ...]
    share: float
    raises: bool | None


@dataclass(frozen=True, repr=False)
class Contributions(Shown):
    """Largest first; `explained` is the share that all inputs explain together in a straight line (R squared).

    Shares of inputs drawn independently add up to `explained`, but for sampling error.
    """

    rows: tuple[Contribution, ...]
    explained: float
    strategy: str
    reference: str
    wtp: float
    draws: int

    def row(self, name: str) -> Contribution:
        """One row; KeyError if there is none."""
        return {row.name: row for row in self.rows}[name]

    def to_frame(self) -> "pd.DataFrame":
        """One row per input or group."""
        import pandas as pd

        return pd.DataFrame.from_records([vars(row) | {"members": " ".join(row.members)} for row in self.rows])

    def __str__(self) -> str:
        rows = [[row.name, f"{row.share:.1%}"] for row in self.rows]
        return plain_table(["Input", "share of variance"], [*rows, ["all, linear", f"{self.explained:.1%}"]])


def contributions(
    psa: Outcomes, draws: "Draws", strategy: str, *, reference: str, perspective: str, wtp: float, effect: str = "qaly"
) -> Contributions:
    """Contribution of every uncertain input to the variance of the INMB of `strategy` over `reference`.

    `draws` are those of the PSA. Inputs of a correlated or Dirichlet group stand together.

    Raises:
        HeconError: draws that are not the PSA's, fewer than two per input and ten more, a result that does not vary.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> flat = {"value": 0.5, "distribution": "uniform", "par1": 0.0, "par2": 1.0}
    >>> draws = make_book("demo", [Parameter(name="a", **flat), Parameter(name="b", **flat)]).sample(2000, 1)
    >>> psa = from_totals(("none", "drug"), [np.zeros(2000), 2 * draws["a"] + draws["b"]], np.zeros((2, 2000)))
    >>> found = contributions(psa, draws, "drug", reference="none", perspective="payer", wtp=0)
    >>> round(found.row("a").share, 1), found.row("a").raises, round(found.explained, 6)       # variances 4 : 1
    (0.8, False, 1.0)
    """
    if draws.n != psa.draw.size:
        raise HeconError(f"the draws ({draws.n}) are not those of the outcomes ({psa.draw.size})")
    y = inmb(psa, reference, wtp, perspective, effect)[position(psa, strategy)]
    if not np.ptp(y) > 0:
        raise HeconError("the result does not vary: no uncertain input moves it")
    moving = [k for k in range(len(draws.names)) if np.ptp(draws.values[k]) > 0]
    if draws.n < 2 * len(moving) + 10:
        raise HeconError(
            f"{len(moving)} inputs need at least {2 * len(moving) + 10} draws to be told apart; got {draws.n}"
        )
    x = draws.values[moving]
    x = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    y = (y - y.mean()) / y.std()
    groups = {name: group.name for group in draws.book.margins.groups for name in group.members}
    factors: dict[str, list[int]] = {}
    for row, k in enumerate(moving):
        factors.setdefault(groups.get(draws.names[k], draws.names[k]), []).append(row)
    slopes, inverse = _regress(x, y)
    explained = float(1 - np.mean((y - slopes @ x) ** 2))
    rows = []
    for name, mine in factors.items():
        members = tuple(draws.names[moving[row]] for row in mine)
        own = slopes[mine] @ np.linalg.pinv(inverse[np.ix_(mine, mine)]) @ slopes[mine] / draws.n
        label = name_of(draws.book, name) if name in draws.book.parameters else ", ".join(members)
        rows.append(
            Contribution(name, label, members, float(own), bool(slopes[mine[0]] > 0) if len(mine) == 1 else None)
        )
    rows.sort(key=lambda row: (-row.share, row.name))
    return Contributions(tuple(rows), explained, strategy, reference, wtp, draws.n)


def _regress(x: Array, y: Array) -> tuple[Array, Array]:
    """Slopes (input,) and the pseudo-inverse of x x' (input, input), which copes with shares that add up to 1."""
    inverse = np.asarray(np.linalg.pinv(x @ x.T, rcond=1e-10, hermitian=True), dtype=np.float64)
    return inverse @ (x @ y), inverse
