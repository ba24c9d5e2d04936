"""Approve, only in research, reject or wait, as the model stands and under each agreement: does an agreement change the answer?"""

from collections.abc import Mapping
from dataclasses import dataclass

from hecon.digits import money_text
from hecon.errors import HeconError
from hecon.shown import Shown

AS_IT_STANDS = "as the model stands"


@dataclass(frozen=True)
class ResearchRow:
    """One way of paying: mean INMB and EVSI per patient, the size of the study of the highest net benefit, and the net benefit of
    each answer over rejecting outright, for the population, in currency.
    """

    agreement: str
    label: str
    inmb: float
    evsi: float
    size: int
    values: Mapping[str, float]

    @property
    def best(self) -> str:
        """The answer with the highest net benefit, the first if tied."""
        return max(self.values, key=lambda answer: self.values[answer])


@dataclass(frozen=True, repr=False)
class ResearchByAgreement(Shown):
    """The answers under each agreement, the model's own way of paying first.

    Raises:
        HeconError: rows whose answers differ, or none.

    >>> plain = ResearchRow("as the model stands", "", -1.0, 2.0, 50, {"reject": 0.0, "approve": -9.0, "only in research": 4.0})
    >>> cheap = ResearchRow("cheap", "Half off", 5.0, 1.0, 50, {"reject": 0.0, "approve": 9.0, "only in research": 4.0})
    >>> print(ResearchByAgreement((plain, cheap), "drug", "EUR").sentences[1])
    Under cheap it becomes to approve, worth 9 more than to reject.
    """

    rows: tuple[ResearchRow, ...]
    strategy: str
    money: str

    def __post_init__(self) -> None:
        if not self.rows or any(tuple(row.values) != tuple(self.rows[0].values) for row in self.rows):
            raise HeconError("a decision under each agreement needs rows with the same answers")

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that are compared."""
        return tuple(self.rows[0].values)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the table says, a sentence each."""
        first, *others = self.rows
        told = [f"{first.agreement.capitalize()} the best answer about {self.strategy} is {_to(first.best)}."]
        for row in others:
            worth = f", worth {money_text(row.values[row.best])} more than to reject" if row.best != "reject" else ""
            if row.best != first.best:
                told.append(f"Under {row.agreement} it becomes {_to(row.best)}{worth}.")
        same = [row.agreement for row in others if row.best == first.best]
        if same:
            told.append(f"It stays the same under {', '.join(same)}.")
        return tuple(told)


def _to(answer: str) -> str:
    return {"only in research": "to use it only in research"}.get(answer, f"to {answer}")
