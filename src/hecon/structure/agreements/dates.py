"""When an agreement pays, and which part: each of its timing terms as one list of payments."""

from dataclasses import dataclass
from fractions import Fraction

from hecon.errors import ModelError
from hecon.structure.agreements.terms import Agreement, Annuity, Instalments, PayForResponse, Refund, Timing
from hecon.structure.clock import years


@dataclass(frozen=True)
class Payment:
    """One payment: `time` in years from the origin, `share` of the price (a formula), `while_in` the states it is paid for ("" for
    whoever was treated), `written` the time as the author wrote it.
    """

    time: Fraction
    share: str
    while_in: str
    written: str


def payments_due(term: Timing | None) -> tuple[Payment, ...]:
    """The payments of a timing term; all at treatment where there is none.

    Raises:
        ModelError: shares and times that differ in number, shares that do not add up to 1, times out of order; years that are
            no whole number above 0, a due date that is neither start nor end.

    >>> [one.share for one in payments_due(PayForResponse("0.48", "18 months", "event_free"))]
    ['1 - (0.48)', '0.48']
    >>> [float(one.time) for one in payments_due(Annuity("3", due="end"))]
    [1.0, 2.0, 3.0]
    """
    if term is None:
        return (Payment(Fraction(0), "1", "", "0 months"),)
    if isinstance(term, PayForResponse):
        first = Payment(Fraction(0), f"1 - ({term.share})", "", "0 months")
        return (first, Payment(years(term.at), term.share, term.while_in, term.at))
    if isinstance(term, Annuity):
        return _annuity(term)
    if len(term.at) != len(term.shares) or not term.at:
        raise ModelError(
            f"Instalments: {len(term.at)} times (at) and {len(term.shares)} shares; each time needs its share"
        )
    found = tuple(Payment(years(at), share, term.while_in, at) for at, share in zip(term.at, term.shares, strict=True))
    if list(found) != sorted(found, key=lambda one: one.time):
        raise ModelError(f"Instalments: times must increase; got {', '.join(term.at)}")
    numbers = [_number(one.share) for one in found]
    known = [one for one in numbers if one is not None]
    if len(known) == len(numbers) and abs(float(sum(known)) - 1) > 1e-9:
        raise ModelError(
            f"Instalments: the shares {', '.join(term.shares)} add up to {float(sum(known)):g}, not to 1; a price other than the"
            " list price is written as price= of the agreement"
        )
    return found


def last_date(agreement: Agreement) -> float:
    """The last time that an agreement looks at, in years from its origin: of a payment, or up to which it refunds.

    >>> last_date(Agreement("back", "", [Refund("0.5", "* -> dead", "18 months")]))
    1.5
    """
    times = [
        due.time
        for term in agreement.terms
        if isinstance(term, Instalments | Annuity | PayForResponse)
        for due in payments_due(term)
    ]
    times += [years(term.before) for term in agreement.terms if isinstance(term, Refund)]
    return float(max(times, default=Fraction(0)))


def _annuity(term: Annuity) -> tuple[Payment, ...]:
    if not term.years.strip().isdigit() or int(term.years) < 1:
        raise ModelError(f"Annuity: years must be a whole number above 0; got '{term.years}'")
    if term.due not in ("start", "end"):
        raise ModelError(f"Annuity: due='{term.due}' is neither 'start' nor 'end'")
    n, rate = int(term.years), f"({term.interest})"
    plain = f"{rate} / (1 - (1 + {rate}) ** -{n})" if _number(term.interest) != 0 else f"1 / {n}"
    first = 1 if term.due == "end" else 0
    share = f"({plain}) / (1 + {rate})" if term.due == "start" and _number(term.interest) != 0 else plain
    return tuple(Payment(Fraction(k), share, term.while_in, f"{k} years") for k in range(first, n + first))


def _number(text: str) -> Fraction | None:
    """A share that is a plain number or a fraction of two; None for a formula."""
    parts = text.split("/")
    try:
        values = [Fraction(part.strip()) for part in parts]
    except ValueError:
        return None
    if len(values) == 1:
        return values[0]
    return values[0] / values[1] if len(values) == 2 and values[1] else None
