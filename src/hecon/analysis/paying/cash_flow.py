"""When money goes and comes back: each party's cash by period, and what is still owed when a period ends."""

from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.analysis.paying.payments import Payments, in_periods
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.shown import Shown

PARTIES = ("payer", "patient", "manufacturer", "administrator")
PERIODS = {"year": 1, "quarter": 4, "month": 12}
_GRID = 12  # steps a year in which patients enter


@dataclass(frozen=True)
class CashRow:
    """What each party receives in a period (what it pays is below 0), undiscounted, and what is owed when the period ends.

    `owed` is what payer and patient are expected to pay yet, `owed_most` the most that the contract can ask, every condition
    holding for all who were treated; `back` and `back_most` what the manufacturer gives back yet, expected and at most.
    """

    agreement: str
    period: int
    payer: Estimate
    patient: Estimate
    manufacturer: Estimate
    administrator: Estimate
    owed: Estimate
    owed_most: float
    back: float
    back_most: float


@dataclass(frozen=True, repr=False)
class CashFlow(Shown):
    """Cash by period (`by`: year, quarter, month) under one or several agreements, per patient intended, or for an `enrolment` of
    so many patients a year who enter in equal parts at the start of each month.
    """

    rows: tuple[CashRow, ...]
    by: str
    enrolment: float | None
    strategy: str
    money: str
    draws: int

    def row(self, agreement: str, period: int) -> CashRow:
        """The row of an agreement and a period, the first being 1.

        Raises:
            HeconError: one that is not there.
        """
        found = next((one for one in self.rows if (one.agreement, one.period) == (agreement, period)), None)
        if found is None:
            raise HeconError(f"there is no {self.by} {period} of agreement '{agreement}'")
        return found


@dataclass(frozen=True, eq=False)
class Flows:
    """Undiscounted cash of one agreement: `cash` (party, period, draw), positive where the party receives, parties as in PARTIES;
    `owed`, `owed_most`, `back` and `back_most` (period, draw) when each period ends.
    """

    cash: Array
    owed: Array
    owed_most: Array
    back: Array
    back_most: Array


def flows_of(
    paid: Payments, administration: Payments, years: float, by: str = "year", enrolment: float | None = None
) -> Flows:
    """The cash of an agreement over so many `years` from the decision, per patient intended or for an enrolment a year.

    What the payer and the patient pay the manufacturer receives, and what the payer pays for administration its administrator
    receives: all parties sum to 0 in each draw and period.

    Raises:
        HeconError: an unknown period, years that are no whole number above 0, an enrolment that is not above 0.

    >>> two = Payments("x", np.array([[0.0], [1.0]]), np.array([[60.0], [30.0]]), np.array([[60.0], [40.0]]), ("", "free"),
    ...                np.zeros((2, 1)))
    >>> none = Payments("", np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), ("",), np.zeros((1, 1)))
    >>> one = flows_of(two, none, 2)
    >>> one.cash[0, :, 0].tolist(), one.owed[:, 0].tolist(), one.owed_most[:, 0].tolist()
    ([-60.0, -30.0], [30.0, 0.0], [40.0, 0.0])
    """
    if by not in PERIODS:
        raise HeconError(f"cash is shown by {', '.join(PERIODS)}; got '{by}'")
    if years != round(years) or years < 1:
        raise HeconError(f"cash is shown for a whole number of years above 0; got {years:g}")
    if enrolment is not None and not enrolment > 0:
        raise HeconError(f"the enrolment must be above 0 patients a year; got {enrolment:g}")
    asked, back = paid.most > 0, paid.most <= 0
    streams = {
        "paid": (paid.times, paid.paid), "patient": (paid.times, paid.patient),
        "administration": (administration.times, administration.paid),
        "owed": (paid.times, paid.paid * asked), "most": (paid.times, paid.most * asked),
        "back": (paid.times, 0.0 - paid.paid * back), "back most": (paid.times, 0.0 - paid.most * back),
    }  # fmt: skip
    count = round(years * _GRID)
    step = _GRID // PERIODS[by]
    entering = None if enrolment is None else enrolment / _GRID
    monthly = {name: in_periods(*stream, years, _GRID) for name, stream in streams.items()}

    def cash(name: str) -> Array:
        by_age = monthly[name] if entering is None else np.cumsum(monthly[name], axis=0) * entering
        found: Array = by_age.reshape(count // step, step, -1).sum(axis=1)
        return found

    def left(name: str) -> Array:
        """What of a stream still lies ahead when each period ends, of all who have entered."""
        after = streams[name][1].sum(axis=0) - np.cumsum(monthly[name], axis=0)  # by months since entry
        ahead = after if entering is None else np.cumsum(after, axis=0) * entering
        found: Array = ahead[step - 1 :: step]
        return found

    received, patient, run = cash("paid"), cash("patient"), cash("administration")
    parties = np.array([patient - received - run, 0.0 - patient, received, run])
    return Flows(parties, left("owed"), left("most"), left("back"), left("back most"))


def cash_rows(name: str, flows: Flows) -> tuple[CashRow, ...]:
    """The rows of one agreement: means over draws with their 95% limits.

    >>> one = Flows(np.array([[[-2.0]], [[0.0]], [[2.0]], [[0.0]]]), *[np.ones((1, 1))] * 4)
    >>> cash_rows("x", one)[0].manufacturer.mean
    2.0
    """
    payer, patient, manufacturer, administrator = flows.cash
    return tuple(
        CashRow(
            agreement=name, period=k + 1, payer=estimate(payer[k]), patient=estimate(patient[k]),
            manufacturer=estimate(manufacturer[k]), administrator=estimate(administrator[k]), owed=estimate(flows.owed[k]),
            owed_most=float(flows.owed_most[k].mean()), back=float(flows.back[k].mean()),
            back_most=float(flows.back_most[k].mean()),
        )
        for k in range(len(payer))
    )  # fmt: skip
