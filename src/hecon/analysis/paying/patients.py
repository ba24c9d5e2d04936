"""The money of N patients under an agreement: how far it may lie from the cohort's, by parameters and by patients' chance."""

from collections.abc import Callable, Sequence

import numpy as np

from hecon.analysis.paying.individuals import Counted, OnePatient, chunks, count
from hecon.analysis.paying.patients_table import LEVELS, MEASURES, SIZES, Band, FewRow
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.inputs.distributions.streams import stream

Settle = Callable[[Array, Array], Array]  # net money by year (year, draw), patients treated (draw,) -> (year, draw)


def money_of(
    one: OnePatient, counted: Counted, until: float | None = None, settle: Settle | None = None
) -> tuple[Array, Array]:
    """Outlay and refund (draw,) of patients who were counted, of what falls due before `until` years from the decision.

    `settle` turns net money by year (year, draw) and patients treated (draw,) into what is settled at each year's end, such as a
    cap with its clawback: what it takes off is refund, what it adds is outlay.

    >>> half = OnePatient("x", *(np.full((1, 2), x) for x in (0.0, 10.0, 0.0, 0.5)), np.full(2, 10.0), np.full(2, 0.9), 0.0)
    >>> counted = Counted(2, np.array([2.0, 2.0]), np.array([[2.0, 1.0]]))
    >>> money_of(half, counted)[0].tolist()
    [20.0, 10.0]
    >>> [part.tolist() for part in money_of(half, counted, settle=lambda paid, treated: np.minimum(paid, 15.0))]
    [[20.0, 10.0], [5.0, 0.0]]
    """
    money = one.money * counted.paid_for
    if until is not None:
        money = money * (one.times < until - 1e-9)
    outlay, refund = np.maximum(money, 0.0).sum(axis=0), 0.0 - np.minimum(money, 0.0).sum(axis=0)
    if settle is None:
        return outlay, refund
    year = np.floor(one.times + 1e-9).astype(int)
    by_year = np.zeros((int(year.max()) + 1, money.shape[1]))
    np.add.at(by_year, (year, np.broadcast_to(np.arange(money.shape[1]), year.shape)), money)
    change = settle(by_year, counted.treated).sum(axis=0) - by_year.sum(axis=0)
    return outlay + np.maximum(change, 0.0), refund - np.minimum(change, 0.0)


def cohort_of(one: OnePatient, patients: int) -> Counted:
    """What is expected of N patients, the parameters of each draw given: no chance between patients.

    >>> half = OnePatient("x", *(np.full((1, 2), x) for x in (0.0, 10.0, 0.0, 0.5)), np.full(2, 10.0), np.full(2, 0.9), 0.0)
    >>> cohort_of(half, 4).paid_for.tolist()
    [[2.0, 2.0]]
    """
    return Counted(patients, one.treated * patients, one.expected * patients)


def drawn(one: OnePatient, sizes: Sequence[int], seed: int) -> tuple[Counted, ...]:
    """N patients drawn in each draw, for each of the sizes: the first of them are the same for every size and every agreement.

    Raises:
        HeconError: sizes that do not increase from at least 1.

    >>> sure = OnePatient("x", *(np.full((1, 2), x) for x in (0.0, 10.0, 0.0, 1.0)), np.full(2, 10.0), np.ones(2), 0.0)
    >>> [found.paid_for.tolist() for found in drawn(sure, (5, 10), seed=1)]
    [[[5.0, 5.0]], [[10.0, 10.0]]]
    """
    if not sizes or sizes[0] < 1 or list(sizes) != sorted(set(sizes)):
        raise HeconError(
            f"numbers of patients must increase from at least 1; got {', '.join(map(str, sizes)) or 'none'}"
        )
    rng, draws = stream(seed, "patients"), one.treated.size
    found: list[Counted] = []
    now = Counted(0, np.zeros(draws), np.zeros(one.money.shape))
    for size in sizes:
        for some in chunks(size - now.patients, draws, rng):
            more = count(one, some)
            now = Counted(now.patients + more.patients, now.treated + more.treated, now.paid_for + more.paid_for)
        found.append(now)
    return tuple(found)


def few_rows(
    one: OnePatient, label: str, sizes: Sequence[int] = SIZES, seed: int = 1, until: float | None = None,
    levels: tuple[float, float, float] = LEVELS, limits: "dict[str, float] | None" = None, settle: Settle | None = None,
) -> tuple[tuple[FewRow, ...], float]:  # fmt: skip
    """The rows of one agreement, and the share of draws in which none of the fewest patients is treated.

    `limits` are money per patient intended by measure, whose chance to be exceeded is told.

    Raises:
        HeconError: what `drawn` raises.

    >>> sure = OnePatient("x", *(np.full((1, 2), x) for x in (0.0, 10.0, 0.0, 1.0)), np.full(2, 10.0), np.ones(2), 0.0)
    >>> few_rows(sure, "All", (5,))[0][2].chance.median
    50.0
    """
    rows: list[FewRow] = []
    nobody = 0.0
    for size, counted in zip(sizes, drawn(one, sizes, seed), strict=True):
        both = [_measures(one, it, money_of(one, it, until, settle)) for it in (cohort_of(one, size), counted)]
        nobody = nobody or float((counted.treated == 0).mean())
        for measure in MEASURES:
            if measure == "rebate" and until is not None:
                continue  # what falls due later is no rebate
            alone, chance = both[0][measure], both[1][measure]
            limit = (limits or {}).get(measure)
            told = None if limit is None else limit * size
            above = [None, None] if told is None else [float((x > told).mean()) for x in (alone, chance)]
            rows.append(
                FewRow(one.name, label, size, measure, _band(alone, levels), _band(chance, levels), told, *above)
            )
    return tuple(rows), nobody


def _measures(one: OnePatient, counted: Counted, money: tuple[Array, Array]) -> dict[str, Array]:
    outlay, refund = money
    some = counted.treated > 0
    listed = (one.price * counted.treated)[some]
    return {
        "outlay": outlay, "refund": refund, "net": outlay - refund, "rebate": 1.0 - (outlay - refund)[some] / listed,
    }  # fmt: skip


def _band(values: Array, levels: tuple[float, float, float]) -> Band:
    if not values.size:
        return Band(*(float("nan"),) * 5)
    low, median, high = (float(x) for x in np.percentile(values, levels))
    return Band(low, median, high, float(values.mean()), float(values.std()))
