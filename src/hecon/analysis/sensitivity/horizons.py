"""The same decision at several horizons: incremental cost, effect and net benefit at each, deterministic.

Dated items that a horizon leaves out are said with its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word, position
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

LIFETIME = "lifetime"


@dataclass(frozen=True)
class HorizonRow:
    """One strategy against the reference at one horizon; `left_out` says which items it does not count."""

    horizon: str
    strategy: str
    inc_cost: float
    inc_effect: float
    icer: Icer
    inmb: float
    left_out: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class HorizonTable(Shown):
    """Rows in the order of the horizons asked for, then of the strategies."""

    rows: tuple[HorizonRow, ...]
    reference: str

    @property
    def records(self) -> list[dict[str, object]]:
        """Each row as plain values, for JSON."""
        return [
            {
                "horizon": row.horizon, "strategy": row.strategy, "inc_cost": row.inc_cost, "inc_effect": row.inc_effect,
                "icer": row.icer.value, "icer_text": row.icer.text, "inmb": row.inmb, "left_out": list(row.left_out),
            }
            for row in self.rows
        ]  # fmt: skip

    def to_frame(self) -> "pd.DataFrame":
        """One row per horizon and strategy."""
        import pandas as pd

        return pd.DataFrame.from_records(self.records)


def horizons(
    model: "Model",
    book: "Book",
    asked: Sequence[str],
    *,
    reference: str,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
) -> HorizonTable:
    """The increments over `reference` at each horizon: a number of years, or "lifetime", the case's own horizon.

    Raises:
        HeconError: a horizon that is neither; no structure with a horizon; an unknown reference, perspective or effect.
        ModelError: a horizon that is no whole number of cycles.

    >>> from hecon import MarkovModel, Strategy, Utility, make_book
    >>> dying = {"well -> dead": "p_die"}
    >>> model = MarkovModel(
    ...     ("well", "dead"), "1 year", "3 years", "start", "mid", transitions=dying, outcomes=[Utility({"well": "1"})],
    ...     title="Demo", start="well", let={"p_die": "0.5"}, strategies=[Strategy("care"), Strategy("cure", let={"p_die": "0"})],
    ...     discount={"cost": "0", "effect": "0"}, discount_timing="continuous", dead=("dead",),
    ... )
    >>> found = horizons(model, make_book("demo", []), ["2", "lifetime"], reference="care", perspective="payer", wtp=100)
    >>> [(row.horizon, row.inc_effect) for row in found.rows]  # 2 - 1.5 and 3 - 1.75
    [('2 years', 0.5), ('lifetime', 1.25)]
    """
    rows: list[HorizonRow] = []
    for one in asked:
        name, settings = _horizon(one)
        outcomes = run(model, replace(book, settings={**book.settings, **settings}).base(), keep=("trace",))
        if not outcomes.kept["trace"]:
            raise HeconError("the model is a tree without a structure, so it has no horizon to change")
        cost, gain = (values[:, 0] for values in cost_and_effect(outcomes, perspective, effect))
        ref = position(outcomes, reference)
        items = [one for one in outcomes.kept["left_out"] if one.kind == "item"]
        left_out = tuple(dict.fromkeys(f"{one.kind} '{one.name}' ({one.written})" for one in items))
        for k, strategy in enumerate(outcomes.strategies):
            if k != ref:
                more, better = float(cost[k] - cost[ref]), float(gain[k] - gain[ref])
                scale = float(max(abs(gain[k]), abs(gain[ref])))
                ratio = icer(more, better, effect_word(effect), scale)
                rows.append(HorizonRow(name, strategy, more, better, ratio, wtp * better - more, left_out))
    return HorizonTable(tuple(rows), reference)


def _horizon(asked: str) -> tuple[str, dict[str, str]]:
    """A horizon's name and the setting it stands for."""
    if asked.strip() == LIFETIME:
        return LIFETIME, {}
    try:
        years = float(asked)
    except ValueError:
        years = 0.0
    if not 0 < years < 1e6:
        raise HeconError(f"horizon '{asked}' is neither a number of years nor '{LIFETIME}'")
    text = f"{years:g} year{'' if years == 1 else 's'}"
    return text, {"horizon": text}
