"""Agreements compared, as a table: a row each, and what the rows say in sentences."""

from dataclasses import dataclass

from hecon.digits import money_text
from hecon.errors import HeconError, nearest
from hecon.shown import Shown

AT = ("equal", "own")
NONE, PLAIN = "as the model stands", "plain rebate"  # the first row, at own and at equal prices
_VISIBLE = 0.0005  # a rebate below this share of the list price is told as none


@dataclass(frozen=True)
class AgreementRow:
    """One agreement: `price` is the multiple of the list price at which it is compared, `paid` the payer's expected discounted
    payment per patient intended with its 95% limits `low` and `high`, `patient` what patients pay besides, `equivalent` the
    rebate on the list price that would pay the same, `vbp` the multiple of the list price at which the strategy is just worth it
    under the agreement (None where the payment does not depend on it).

    `own` is what it is expected to pay at its own price, `hidden` the rebate on the list price that this is, `neutral` the
    multiple of the list price at which it would be expected to pay the list price; `plain` says that all is paid at once and
    depends on nothing, so that no rebate is hidden.

    `inmb` is the mean incremental net benefit over the reference, `best` the strategy that is best on average, `p_best` the
    chance that the strategy paid for is best, `p_loss` that it loses net benefit, `tail` the mean of the worst 5% of draws.
    `evpi` and `burden` make the payer's uncertainty and strategy burden: what knowing all would be worth, and what adopting the
    strategy costs where another is best on average. `revenue_sd` is the standard deviation of the manufacturer's discounted
    receipts, `peak` the highest undiscounted payment in a year per patient, in the year `peak_year`; `owed` and `owed_most` what
    payers still have to pay when the first year ends, expected and at most by the contract; `administration` what running it
    costs, discounted. All in currency per patient intended.
    """

    agreement: str
    label: str
    price: float
    paid: float
    low: float | None
    high: float | None
    patient: float
    equivalent: float
    vbp: float | None
    own: float
    hidden: float
    neutral: float | None
    plain: bool
    inmb: float
    best: str
    p_best: float
    p_loss: float
    tail: float
    evpi: float
    burden: float
    revenue_sd: float
    peak: float
    peak_year: int
    owed: float
    owed_most: float
    administration: float

    @property
    def uncertainty_burden(self) -> float:
        """EVPI and strategy burden together, as the HTA risk analysis chart has them."""
        return self.evpi + self.burden


@dataclass(frozen=True, repr=False)
class AgreementTable(Shown):
    """Agreements in the order given, first the model's own way of paying, which at "equal" is a plain rebate.

    `at` says at which prices they are compared ("equal", "own"); `target` is the expected payment of all at "equal";
    `list_price` the expected discounted list price per patient intended. `left_out` names the agreements that milestones cannot
    price, each with the reason.
    """

    rows: tuple[AgreementRow, ...]
    at: str
    target: float
    list_price: float
    strategy: str
    reference: str
    perspective: str
    wtp: float
    money: str
    draws: int
    left_out: tuple[tuple[str, str], ...] = ()

    def row(self, agreement: str) -> AgreementRow:
        """The row of an agreement.

        Raises:
            HeconError: one that is not in the table.
        """
        known = [one.agreement for one in self.rows]
        if agreement not in known:
            raise HeconError(
                f"there is no agreement '{agreement}'{nearest(agreement, known)} (known: {', '.join(known)})"
            )
        return self.rows[known.index(agreement)]

    def decision(self, agreement: str) -> str:
        """Whether an agreement changes the decision or only the cash, with P(best) and EVPI before and after.

        Before is a plain rebate of equal expected payment, or at "own" prices the model's own way of paying.
        """
        before, after = self.rows[0], self.row(agreement)
        than = "a plain rebate of equal expected payment" if self.at == "equal" else "the model's own way of paying"
        if before.best == after.best:
            told = f"{after.label} changes only the cash, not the decision: {after.best} stays best on average"
        else:
            told = f"{after.label} changes the decision: {after.best} is best on average, in place of {before.best}"
        return (
            f"{told}. Against {than}, P({self.strategy} is best) goes from {before.p_best:.3f} to {after.p_best:.3f},"
            f" EVPI per patient from {money_text(before.evpi)} to {money_text(after.evpi)}."
        )

    def disguise(self, agreement: str) -> str:
        """The rebate that hides in an agreement at its own price, and the price that makes it revenue-neutral; "" for none."""
        row = self.row(agreement)
        if row.plain or row.hidden < _VISIBLE or row.neutral is None:
            return ""
        own = self.price_of(row)
        where = "the list price" if abs(own - 1) < _VISIBLE else f"{own:.3f} times the list price"
        return (
            f"{row.label}, at {where}, is a rebate of {row.hidden:.1%} in disguise: it is expected to pay"
            f" {money_text(row.own)} of {money_text(self.list_price)} per patient. Made revenue-neutral, it is at"
            f" {row.neutral:.3f} times the list price."
        )

    def price_of(self, row: AgreementRow) -> float:
        """The multiple of the list price that the agreement itself names."""
        return row.neutral * row.own / self.list_price if row.neutral is not None else row.price
