"""The names that R's dampack and its readers know: Inc_Cost, ICER, Status, and intervals after all means."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_KNOWN = {word: word.capitalize() for word in ("strategy", "reference", "inc", "cost", "effect", "status", "quadrant")}
_KNOWN["icer"] = "ICER"
_TEXTS = ("Strategy", "Reference", "ICER_text", "Status", "Quadrant")


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
