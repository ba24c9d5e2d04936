"""A script's numbers against the engine's: differences relative to the largest of their kind over all strategies and sets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.page.verify.batches import Batch
from hecon.page.verify.expected import Expected
from hecon.page.verify.numbers import Looked, Name, Numbers
from hecon.page.verify.scripts_run import Found

if TYPE_CHECKING:
    from hecon.inputs.book import Book

TOLERANCE = 1e-10  # relative to the largest of the item, over strategies and sets
TOLERANCES = (
    f"relative to the largest of the item over strategies and sets (of checks and of shares of a cohort to 1 at least), at most"
    f" {TOLERANCE:g}"
)
_SPARED = 1e-8  # how near to its bound a check may be that one engine passes and the other does not
Part = tuple[str, Name]  # what kind of number it is, and its name


@dataclass
class Tally:
    """What a comparison came to: numbers compared, the largest difference and where, sets by kind, faults by kind of batch."""

    numbers: int = 0
    worst: float = 0.0
    where: str = ""
    sets: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def largest(items: Sequence[Name], all_expected: Iterable[Expected]) -> dict[Part, float]:
    """The largest absolute number of each kind and name over all batches; shares of a cohort are of 1.

    >>> largest([("cost", "visits")], [])
    {}
    """
    found: dict[Part, float] = {}
    for one in all_expected:
        for part, values in _parts(items, one.numbers) if one.numbers is not None else ():
            least = 1.0 if part[0] in ("occupancy", "check") else 0.0
            found[part] = max(found.get(part, 0.0), float(np.max(np.abs(values), initial=least)))
    return found


def compare(
    tally: Tally,
    items: Sequence[Name],
    strategies: Sequence[str],
    scales: Mapping[Part, float],
    wanted: Expected,
    found: Found,
    again: bool = False,
) -> None:
    """Count one batch into the tally, or the same sets computed `again` in another way.

    >>> from hecon.page.verify.batches import other_prices
    >>> from hecon.workbook.example import one_visit
    >>> batch, visits = other_prices(one_visit()[1], ["c_visit"]), [("cost", "visits")]
    >>> script, engine = (Numbers(np.full((1, 1, 1), cost), {}) for cost in (51.0, 50.0))
    >>> wanted, tally = Expected(batch, engine, ""), Tally()
    >>> compare(tally, visits, ["a"], largest(visits, [wanted]), wanted, Found(script, ("",)))
    >>> tally.worst, tally.numbers
    (0.02, 1)
    """
    kind, what = wanted.batch.kind, wanted.batch.what
    faults = tally.faults.setdefault(kind, [])
    if wanted.numbers is None:
        tally.refused.append(wanted.refused)
        if not found.faults[0]:
            tally.faults.setdefault("refusals", []).append(
                f"{wanted.batch.called(0)}: the engine refuses ({wanted.refused}), the page does not"
            )
        return
    tally.sets[kind] = tally.sets.get(kind, 0) + (0 if again else wanted.batch.draws.n)
    refusing = [(k, said) for k, said in enumerate(found.faults) if said]
    told = tally.faults.setdefault("refusals", [])
    told += [f"{wanted.batch.called(k)}: the page refuses ({said}), the engine does not" for k, said in refusing]
    if found.numbers.looked is not None and wanted.numbers.looked is not None:
        faults += [f"{what}: {one}" for one in _missing(wanted.numbers.looked, found.numbers.looked)]
    mine = dict(_parts(items, found.numbers))
    for part, values in _parts(items, wanted.numbers):
        if part in mine:
            _differences(tally, faults, part, mine[part], values, scales[part] or 1.0, (wanted.batch, strategies))


def repriced(base: Found, batch: Batch, book: "Book", items: Sequence[Name]) -> Found:
    """The sets of a batch, in each of which one price is another, from the base case and its quantities, without a run.

    >>> from hecon.page.verify.batches import other_prices
    >>> from hecon.workbook.example import one_visit
    >>> book = one_visit()[1]
    >>> base = Found(Numbers(np.full((1, 1, 1), 100.0), {("c_visit", "cost", "visits"): np.full((1, 1), 2.0)}), ("",))
    >>> repriced(base, other_prices(book, ["c_visit"]), book, [("cost", "visits")]).numbers.totals.tolist()  # 2 x 25
    [[[50.0]]]
    """
    totals = np.repeat(base.numbers.totals, batch.draws.n, axis=0)
    for (name, *item), quantity in base.numbers.quantities.items():
        change = np.asarray(batch.draws[name]) - book.parameters[name].value
        totals[:, :, items.index(tuple(item))] += np.multiply.outer(change, quantity[0])
    return Found(Numbers(totals, {}), ("",) * batch.draws.n)


def _parts(items: Sequence[Name], numbers: Numbers) -> Iterator[tuple[Part, Array]]:
    """All numbers of a batch by kind and name, the sets along the first axis."""
    yield from ((("total", item), numbers.totals[:, :, k]) for k, item in enumerate(items))
    yield from ((("quantity", name), values) for name, values in numbers.quantities.items())
    if numbers.looked is not None:
        looked = numbers.looked
        yield from ((("amounts by year", name), values) for name, values in looked.ledger.items())
        yield from ((("occupancy", name), values) for name, values in looked.occupancy.items())
        yield from ((("check", name), values[:, :3]) for name, values in looked.checks.items())
        yield from ((("report", name), values) for name, values in looked.reports.items())


def _missing(wanted: Looked, found: Looked) -> Iterator[str]:
    """States, checks and reports that only one of the two tells of, and checks with another verdict."""
    for what, one, other in (
        ("amounts of", wanted.ledger, found.ledger),
        ("states of", wanted.occupancy, found.occupancy),
        ("check", wanted.checks, found.checks),
        ("report", wanted.reports, found.reports),
    ):
        yield from (f"{what} {', '.join(name)}: the page has none" for name in one if name not in other)
        yield from (f"{what} {', '.join(name)}: the engine has none" for name in other if name not in one)
    for name in wanted.checks.keys() & found.checks.keys():
        value, target, within, passed = wanted.checks[name].T
        near = np.abs(np.abs(value - target) - np.abs(within)) <= _SPARED * np.maximum(np.abs(target), 1.0)
        if ((passed != found.checks[name][:, 3]) & ~near).any():
            yield f"check {', '.join(name)}: another verdict"


def _differences(
    tally: Tally,
    faults: list[str],
    part: Part,
    found: Array,
    wanted: Array,
    scale: float,
    place: tuple[Batch, Sequence[str]],
) -> None:
    """Count the numbers of one name."""
    batch, strategies = place
    called = f"{part[0]} of {', '.join(part[1])}"
    if part[0] == "amounts by year":
        found, wanted = _as_long(found, wanted)
    if found.shape != wanted.shape:
        faults.append(f"{batch.what}: {called}: {found.shape[1:]} numbers, the engine has {wanted.shape[1:]}")
        return
    off = np.abs(found - wanted) / scale
    off = np.where(np.isnan(off), np.where(np.isnan(found) & np.isnan(wanted), 0.0, np.inf), off)
    tally.numbers += off.size
    worst = float(np.max(off, initial=0.0))
    if worst > tally.worst or (worst > TOLERANCE and off.size):
        k = tuple(int(axis) for axis in np.unravel_index(int(np.argmax(off)), off.shape))
        of = f", strategy {strategies[k[1]]}" if part[0] in ("total", "quantity", "amounts by year") else ""
        row = (
            f", year {k[2] + 1}" if part[0] == "amounts by year" else f", row {k[1]}" if part[0] == "occupancy" else ""
        )
        where = f"{called}{of}{row} ({batch.called(k[0])})"
        if worst > tally.worst:
            tally.worst, tally.where = worst, where
        if worst > TOLERANCE:
            faults.append(f"{where} is {found[k]:.15g}, the engine has {wanted[k]:.15g}: {worst:.1e} of the largest")


def _as_long(one: Array, other: Array) -> tuple[Array, Array]:
    """Two ledgers over as many years; nothing falls in the years that one does not have."""
    years = max(one.shape[-1], other.shape[-1])
    both = [np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, years - x.shape[-1])]) for x in (one, other)]
    return both[0], both[1]
