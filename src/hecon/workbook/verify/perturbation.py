"""Sets of other inputs to try a workbook with: every input moved at random, tables too, and every switch turned.

A cell that is frozen at its base value agrees in the base case; only other inputs show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.inputs.parameter import Table
from hecon.perspectives import PERSPECTIVES
from hecon.workbook.pages.open_choices import TIMINGS
from hecon.workbook.sheets.input_options import options_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

_SIZE = 5  # sets of inputs that share their switches


@dataclass(frozen=True)
class Batch:
    """Sets of inputs (`draws`, with the tables of their book) under the same switches.

    `settings` are the book's with the switches' values; `switches` {control: what is typed}.
    """

    draws: "Draws"
    settings: Mapping[str, str]
    switches: Mapping[str, float | str]


def batches(
    book: "Book",
    used: Sequence[str],
    tables: Sequence[str],
    switches: Sequence[Mapping[str, Any]],
    count: int,
    seed: int,
) -> list[Batch]:
    """So many sets in all, in batches that go through the switches given, the first with none turned.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="fee", value=2.0, low=1.0, high=4.0), Parameter(name="share", value=0.0)])
    >>> [one.draws.n for one in batches(book, ["fee"], [], [{}, {"timing": "whole_year"}], 7, seed=1)]
    [4, 3]
    """
    random = np.random.default_rng(seed)
    groups = max(1, min(max(len(switches), -(-count // _SIZE)), count))
    sizes = [count // groups + (k < count % groups) for k in range(groups)]
    made = []
    for k, size in enumerate(sizes):
        turned = dict(switches[k % len(switches)])
        settings = {**book.settings, **turned.pop("settings", {})}
        other = _tables(book, tables, random) if k else book
        made.append(Batch(random_inputs(replace(other, settings=settings), used, size, random), settings, turned))
    return made


def random_inputs(book: "Book", used: Sequence[str], count: int, random: np.random.Generator) -> "Draws":
    """Sets of inputs near the base case: sampled where a distribution is given, else moved within low and high or by 5%.

    Switches are tossed and families of curves picked among all there are; ages and whole numbers stay.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="fee", value=2.0, low=1.0, high=4.0)])
    >>> fee = random_inputs(book, ["fee"], 50, np.random.default_rng(1))["fee"]
    >>> bool(1.0 <= fee.min() < 1.3 and 3.7 < fee.max() <= 4.0)
    True
    """
    draws = book.sample(count, seed=int(random.integers(1, 2**31)))
    changes = {}
    for name in used:
        one = book.parameters[name]
        if name in draws.names:
            continue
        if options := options_of(one):
            changes[name] = random.choice(options, count)
        elif _counted(one.unit, name):
            changes[name] = np.full(count, one.value)
        elif one.low < one.high:
            changes[name] = random.uniform(one.low, one.high, count)
        else:
            changes[name] = one.value * random.uniform(0.95, 1.0, count)
    return draws.fix(**changes)


def turned_switches(
    settings: Mapping[str, str],
    model: Any,
    methods: Sequence[str],
    shortest: float,
    before: Sequence[float] = (),
    perspectives: Sequence[str] = tuple(PERSPECTIVES),
) -> list[dict[str, Any]]:
    """The switches to go through, each with what it means for the engine's settings; the first turns none.

    `methods` are the within-cycle methods that Control offers, `shortest` is the shortest horizon of a sheet in years,
    `before` are horizons that end before something dated, `perspectives` those of the model.

    >>> [sorted(one) for one in turned_switches({}, None, (), 0.0)][:3]
    [[], ['perspective'], ['settings', 'timing']]
    """
    timing = settings.get("discount_timing", "") or getattr(model, "discount_timing", "continuous")
    other = next(one for one in TIMINGS if one != timing)
    found: list[dict[str, Any]] = [{}]
    found += [{"perspective": name} for name in perspectives if name != settings.get("perspective")][:1]
    found.append({"timing": other, "settings": {"discount_timing": other}})
    years = max(1.0, float(int(shortest * 0.6)))
    if years < shortest:
        found.append({"horizon": years, "settings": {"horizon": f"{years:g} years"}})
    found += [{"horizon": one, "settings": {"horizon": f"{one:.15g} years"}} for one in before if one != years]
    if methods:
        found += [{"method": name, "settings": {"within_cycle": name}} for name in methods]
        if years < shortest:
            both = {"within_cycle": methods[-1], "horizon": f"{years:g} years"}
            found.append({"method": methods[-1], "horizon": years, "settings": both})
    found += [{"perspective": name} for name in perspectives if name != settings.get("perspective")][1:]
    threshold = float(settings.get("threshold") or 0) * 0.7
    return [*found, *([{"threshold": threshold}] if threshold else [])]


def _counted(unit: str, name: str) -> bool:
    """Whether an input is one that only whole numbers, or the numbers of a table, are given for."""
    words = f"{unit} {name}".lower().replace("_", " ").split()
    return any(word in ("cycle", "cycles", "month", "months", "count", "number", "age") for word in words)


def _tables(book: "Book", names: Sequence[str], random: np.random.Generator) -> "Book":
    """The book with every number of these tables a little smaller."""
    changed = {}
    for name in names:
        table = book.tables[name]
        columns = {key: values * (1 - 0.05 * random.random(values.shape)) for key, values in table.columns.items()}
        changed[name] = Table(name, table.index_name, table.index, columns)
    return replace(book, tables={**book.tables, **changed})
