"""What an agreement moves for one patient: each payment with the patients it is made for, and few of them drawn.

A patient has one uniform number. It falls below the share treated or not, and below the share that still holds a condition or
not: who has left one condition early has left every other one early too. That is exact while an agreement looks at one
condition; where it looks at several, means stay right and the spread rests on this coupling.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import number, payments
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.structure.agreements.dates import payments_due
from hecon.structure.agreements.terms import (
    Agreement,
    Annuity,
    Coverage,
    Discount,
    Instalments,
    PayForResponse,
    Refund,
)
from hecon.structure.clock import years

_RISES = 1e-9  # of those treated, that a condition may gain by rounding
_BYTES = 64_000_000  # of uniforms in a chunk
_CHUNK = 255  # patients whose count fits a byte


@dataclass(frozen=True, eq=False)
class OnePatient:
    """The payments for one patient intended: `money` (payment, draw) is the payer's, negative for refunds.

    Each is made for those whose uniform lies in [`low`, `high`) (payment, draw). `times` (payment, draw) are years from the
    decision, `price` (draw,) the list price of a patient treated, `treated` (draw,) the share that is. `patient` is the share of
    each payment that the patient pays beside, a number or (draw,). `conditions` are those that the agreement looks at.
    Undiscounted, in currency.
    """

    name: str
    times: Array
    money: Array
    low: Array
    high: Array
    price: Array
    treated: Array
    patient: "Array | float"
    conditions: tuple[str, ...] = ()

    @property
    def expected(self) -> Array:
        """(payment, draw) share of patients for whom each payment is made."""
        share: Array = self.high - self.low
        return share


@dataclass(frozen=True, eq=False)
class Counted:
    """Of `patients` patients in each draw: how many are treated (draw,) and how many each payment is made for (payment, draw)."""

    patients: int
    treated: Array
    paid_for: Array


def one_patient(
    agreement: Agreement, milestones: Milestones, values: Mapping[str, Array | float] | None = None
) -> OnePatient:
    """An agreement for one patient; over many of them the mean is what `payments` says.

    A patient gets back a share of what was paid for this patient, so a refund never exceeds it.

    Raises:
        HeconError: what `payments` raises; a condition that can be gained, for who holds it then may not have held it before.

    >>> died = Milestones(np.array([10000.0]), ("well", "dead"), ("dead",), np.array([0.0, 1.0]),
    ...                   np.array([[[10000.0], [7000.0]], [[0.0], [3000.0]]]), np.array([0.0]), np.ones(1))
    >>> one = one_patient(Agreement("back", "Half back on death", (Refund("0.5", "* -> dead", "1 year"),)), died)
    >>> one.money.tolist(), one.low.tolist(), one.high.tolist()
    ([[10000.0], [-5000.0]], [[0.0], [0.7]], [[1.0], [1.0]])
    """
    known, place = dict(values or {}), f"agreement {agreement.name}"
    payments(agreement, milestones, known)  # refuses what cannot be priced from milestones
    price: Array = milestones.treated / milestones.share_treated
    factor = number(agreement.price, known, place)
    covered: Array | float = 1.0
    for term in agreement.terms:
        if isinstance(term, Discount):
            factor = factor * (1.0 - number(term.rebate, known, place))
        if isinstance(term, Coverage):
            covered = covered * number(term.share, known, place)
    timing = next((one for one in agreement.terms if isinstance(one, Instalments | Annuity | PayForResponse)), None)
    wait, none = milestones.wait, np.zeros(milestones.draws)
    after = agreement.after == "infusion"
    rows: list[tuple[Array, Array, Array, Array]] = []
    due: list[tuple[float, Array, Array]] = []  # time, money, below which uniform it is made
    for one in payments_due(timing):
        time = float(one.time)
        since = none + time if after else np.maximum(time - wait, 0.0)
        when = wait + since if after or one.while_in else none + time
        money = none + price * factor * number(one.share, known, place)
        high = _kept(milestones, one.while_in, place).at(one.while_in, since) / price if one.while_in else None
        due.append((time, money, milestones.share_treated if high is None else high))
        rows.append((when, money, none, due[-1][2]))
    for term in agreement.terms:
        if isinstance(term, Refund):
            share = number(term.share, known, place)
            rows += _refunds(term, none if after else wait, milestones, price, [(a, b * share, c) for a, b, c in due])
    looked_at = [one.while_in for one in payments_due(timing) if one.while_in]
    looked_at += [_condition(one) for one in agreement.terms if isinstance(one, Refund)]
    times, moved, low, high_of = (np.array(part) for part in zip(*rows, strict=True))
    return OnePatient(
        agreement.name,
        times,
        moved * covered,
        low,
        high_of,
        price,
        milestones.share_treated,
        1.0 - covered,
        tuple(dict.fromkeys(looked_at)),
    )


def count(one: OnePatient, patients: NDArray[np.float32]) -> Counted:
    """Who of some patients is treated, and for whom each payment is made, from uniforms (patient, draw).

    >>> half = OnePatient("x", *(np.full((1, 2), x) for x in (0.0, 10.0, 0.0, 0.5)), np.full(2, 10.0), np.full(2, 0.9), 0.0)
    >>> found = count(half, np.array([[0.1, 0.6], [0.4, 0.95]], dtype=np.float32))
    >>> found.paid_for.tolist(), found.treated.tolist()
    ([[2.0, 0.0]], [2.0, 1.0])
    """
    paid_for = np.zeros(one.money.shape)
    treated = np.zeros(one.treated.shape)
    edges: dict[bytes, Array] = {}

    def below(edge: NDArray[np.float32], chunk: NDArray[np.float32]) -> Array:
        key = edge.tobytes()  # one interval begins where the one before ends
        if key not in edges:
            edges[key] = (chunk < edge).view(np.uint8).sum(axis=0, dtype=np.uint8).astype(float)
        return edges[key]

    lows, highs, share = (x.astype(np.float32) for x in (one.low, one.high, one.treated))
    for begin in range(0, len(patients), _CHUNK):
        chunk = patients[begin : begin + _CHUNK]
        edges.clear()
        treated += below(share, chunk)
        for k, (low, high) in enumerate(zip(lows, highs, strict=True)):
            paid_for[k] += below(high, chunk) - (below(low, chunk) if low.any() else 0.0)
    return Counted(len(patients), treated, paid_for)


def chunks(patients: int, draws: int, rng: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """Uniforms of patients (patient, draw), some at a time; the same numbers however they are cut.

    >>> [one.shape for one in chunks(3, 2, np.random.default_rng(1))]
    [(3, 2)]
    """
    rows = max(1, min(_BYTES // (4 * draws), 16 * _CHUNK))
    return (rng.random((min(rows, patients - k), draws), dtype=np.float32) for k in range(0, patients, rows))


def _condition(refund: Refund) -> str:
    """What is lost when a refund falls due."""
    start, _, end = (part.strip() for part in refund.on.partition("->"))
    return start if end == "*" else "alive"


def _kept(milestones: Milestones, condition: str, place: str) -> Milestones:
    """The milestones, where a condition once lost stays lost."""
    rises = np.diff(milestones.row(condition), axis=0) / milestones.treated
    if rises.size and rises.max() > _RISES:
        k = int(rises.max(axis=1).argmax())
        raise HeconError(
            f"{place}: '{condition}' can be gained: {rises[k].max():.2%} of those treated enter it between"
            f" {milestones.times[k]:.3g} and {milestones.times[k + 1]:.3g} years; patients are drawn for conditions that, once"
            " lost, stay lost"
        )
    return milestones


def _refunds(
    refund: Refund, shift: Array, milestones: Milestones, price: Array, due: list[tuple[float, Array, Array]]
) -> list[tuple[Array, Array, Array, Array]]:
    """A refund of each payment in each interval of the grid up to its time, for those who leave in it and were paid for."""
    condition = _condition(refund)
    left = _kept(milestones, condition, f"refund on {refund.on}").row(condition) / price
    limit = float(years(refund.before)) - shift
    found = []
    for k, (begins, ends) in enumerate(zip(milestones.times[:-1], milestones.times[1:], strict=True)):
        part = np.clip((limit - begins) / (ends - begins), 0.0, 1.0)
        if not part.any():
            break
        low = left[k] - part * (left[k] - left[k + 1])
        for time, money, high in due:
            asked = np.ones_like(shift) if time == 0 else np.where(begins + shift >= time - 1e-9, 1.0, 0.0)
            if asked.any():
                top = np.minimum(left[k], high)
                found.append((milestones.wait + (begins + ends) / 2, -money * asked, np.minimum(low, top), top))
    return found
