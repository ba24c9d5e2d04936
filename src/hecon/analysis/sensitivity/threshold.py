"""Threshold analysis: the value of an input at which a strategy just becomes, or stops being, worth its cost.

Sign changes of the incremental net benefit are found on a grid first, so a threshold that is not the only one is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.net_benefit import inmb
from hecon.analysis.cost_effectiveness.totals import position
from hecon.analysis.sensitivity.chosen_draws import chosen_draws, name_of, points_between
from hecon.analysis.sensitivity.root_search import Crossing, all_crossings
from hecon.errors import Fault, InputError, raise_faults
from hecon.evaluate.run import run
from hecon.outcomes import Array
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model


@dataclass(frozen=True, eq=False)
class Threshold:
    """One input searched from `values[0]` to `values[-1]`: its `inmb` (point,) there and where it crosses 0."""

    name: str
    label: str
    unit: str
    base_value: float
    base: float
    values: Array
    inmb: Array
    crossings: tuple[Crossing, ...]

    @property
    def status(self) -> str:
        """`none` (the sign never changes), `one`, or `several` (the threshold is not unique)."""
        return ("none", "one")[len(self.crossings)] if len(self.crossings) < 2 else "several"

    @property
    def nearest(self) -> float | None:
        """The crossing nearest to the base value, or None."""
        return min((one.value for one in self.crossings), key=lambda value: abs(value - self.base_value), default=None)

    def in_words(self, strategy: str) -> str:
        """What the search found, as a sentence without its subject.

        >>> two = np.zeros(2)
        >>> Threshold("price", "", "", 5.0, 5.0, two, two, (Crossing(10.0, 9.0, 11.0, False, False),)).in_words("drug")
        'drug is cost-effective below 10'
        """
        if not self.crossings:
            always = "everywhere" if self.base >= 0 else "nowhere"
            return f"{strategy} is cost-effective {always} from {self.values[0]:g} to {self.values[-1]:g}"
        sides = [
            f"{'above' if one.rises else 'below'} {one.value:.6g}{' (a step)' if one.jumps else ''}"
            for one in self.crossings
        ]
        between = f"; not unique: {len(sides)} crossings" if len(sides) > 1 else ""
        return f"{strategy} is cost-effective {', '.join(sides)}{between}"


@dataclass(frozen=True, repr=False)
class ThresholdTable(Shown):
    """Thresholds of several inputs for one comparison: nearest crossings first, in widths of the range, then near misses."""

    rows: tuple[Threshold, ...]
    strategy: str
    reference: str
    perspective: str
    wtp: float
    effect: str
    currency: str

    def row(self, name: str) -> Threshold:
        """The row of one input; KeyError if there is none."""
        return {row.name: row for row in self.rows}[name]

    def to_frame(self) -> "pd.DataFrame":
        """One row per input and crossing; an input without one has a single row with an empty threshold."""
        import pandas as pd

        records: list[dict[str, object]] = []
        for row in self.rows:
            about = {"parameter": row.name, "label": row.label, "unit": row.unit, "base_value": row.base_value}
            about |= {"searched_from": row.values[0], "searched_to": row.values[-1], "status": row.status}
            for one in row.crossings or (None,):
                found = {"threshold": None} if one is None else vars(one)
                found = {"threshold" if key == "value" else key: value for key, value in found.items()}
                records.append(about | found)
        frame = pd.DataFrame.from_records(records)
        return frame.rename(columns={"low": "bracket_low", "high": "bracket_high"})


def thresholds(
    model: "Model",
    book: "Book",
    strategy: str,
    *,
    reference: str,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
    names: Sequence[str] = (),
    ranges: Mapping[str, tuple[float, float]] | None = None,
    points: int = 41,
) -> ThresholdTable:
    """Where the incremental net benefit of `strategy` over `reference` crosses 0, input by input, all others held.

    `names` are searched (by default all that have a range) from low to high of the book, or over `ranges[name]`. One
    run evaluates the grids, a few more narrow every bracket at once.

    Raises:
        InputError: a name without a range, a range that does not rise.
        HeconError: an unknown strategy, reference, perspective or effect.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> book = make_book("demo", [Parameter(name="price", value=5.0, low=4.0, high=20.0)])
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> thresholds(tree, book, "drug", reference="none", perspective="payer", wtp=10).row("price").nearest
    10.0
    """
    spans = _spans(book, names, dict(ranges or {}))
    grids = {name: points_between(book, name, low, high, points) for name, (low, high) in spans.items()}
    outcomes = run(model, chosen_draws(book, [{}, *({name: grid} for name, grid in grids.items())]))
    row = position(outcomes, strategy)
    values = inmb(outcomes, reference, wtp, perspective, effect)[row]
    searched = list(grids)
    ends = np.cumsum([1, *(grid.size for grid in grids.values())])
    parts = [values[first:end] for first, end in pairwise(ends)]

    def evaluate(x: Array, which: NDArray[np.intp]) -> Array:
        rows = run(model, chosen_draws(book, [{searched[k]: [value]} for k, value in zip(which, x, strict=True)]))
        found: Array = inmb(rows, reference, wtp, perspective, effect)[row]
        return found

    roots = all_crossings(list(grids.values()), parts, evaluate)
    rows = [
        Threshold(
            name, name_of(book, name), book.parameter(name).unit, book.parameter(name).value, float(values[0]),
            grids[name], parts[k], tuple(roots[k]),
        )
        for k, name in enumerate(searched)
    ]  # fmt: skip
    rows.sort(key=_distance)
    money = f"{outcomes.currency} {outcomes.price_year}".strip()
    return ThresholdTable(tuple(rows), strategy, reference, perspective, wtp, effect, money)


def _distance(row: Threshold) -> tuple[float, float, str]:
    """How far the nearest crossing is from the base value, in widths of the range; then how near net benefit comes to 0."""
    if row.nearest is None:
        return float("inf"), float(np.abs(row.inmb).min()), row.name
    return abs(row.nearest - row.base_value) / float(row.values[-1] - row.values[0]), 0.0, row.name


def _spans(
    book: "Book", names: Sequence[str], ranges: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Where each input is searched."""
    for name in (*names, *ranges):
        book.parameter(name)
    known = {one.name: (one.low, one.high) for one in book.parameters.values() if one.low < one.high} | ranges
    chosen = tuple(names) or tuple(known)
    faults = [Fault(name, "has no low and high; give a range to search") for name in chosen if name not in known]
    faults += [
        Fault(name, f"a range must rise; got {low:g} to {high:g}")
        for name, (low, high) in ranges.items()
        if not low < high
    ]
    raise_faults(faults, InputError, book.case)
    return {name: known[name] for name in chosen}
