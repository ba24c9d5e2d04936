"""What the incremental and the pairwise table share: on what they rest, and the names of their columns in pandas."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from hecon.shown import Rows

if TYPE_CHECKING:
    import pandas as pd

_Row = TypeVar("_Row")
_KNOWN = {word: word.capitalize() for word in ("strategy", "reference", "inc", "cost", "effect", "status", "quadrant")}
_KNOWN["icer"] = "ICER"
_TEXTS = ("Strategy", "Reference", "ICER_text", "Status", "Quadrant")


@dataclass(frozen=True, repr=False)
class Increments(Rows[_Row], Generic[_Row]):
    """Rows of strategies; `basis` is deterministic (one draw) or probabilistic (means of draws, 95% intervals)."""

    rows: tuple[_Row, ...]
    basis: str
    draws: int
    perspective: str
    effect: str
    currency: str
    price_year: str

    def to_frame(self) -> "pd.DataFrame":
        """A pandas table under the names of R's dampack (Strategy, Inc_Cost, ICER, Status), intervals after all means."""
        return renamed(super().to_frame())


def renamed(frame: "pd.DataFrame") -> "pd.DataFrame":
    """A table of increments under those names, its numbers as float64; columns *_low and *_high stand last.

    >>> import pandas as pd
    >>> frame = renamed(pd.DataFrame({"strategy": ["a"], "inc_cost": [1.0], "inc_cost_low": [0.0], "icer": [None]}))
    >>> frame.columns.tolist(), str(frame["ICER"].dtype)
    (['Strategy', 'Inc_Cost', 'ICER', 'Inc_Cost_low'], 'float64')
    """
    means = [name for name in map(str, frame) if not name.endswith(("_low", "_high"))]
    found = frame[[*means, *(name for name in frame if name not in means)]]
    found = found.rename(columns=lambda name: "_".join(_KNOWN.get(word, word) for word in name.split("_")))
    return found.astype({name: "float64" for name in found if name not in _TEXTS})
