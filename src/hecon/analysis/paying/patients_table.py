"""The money of N patients as a table: two bands for each quantity, and sentences made of them."""

from dataclasses import dataclass

from hecon.digits import money_text
from hecon.errors import HeconError
from hecon.shown import Shown

SIZES, LEVELS = (5, 10, 20, 50, 100), (5.0, 50.0, 95.0)
FEW = 3  # agreements that each get a sentence
MEASURES = {
    "outlay": "Outlay",
    "refund": "Refund",
    "net": "Net payment",
    "rebate": "Rebate in effect",
}  # rebate: the part of the list price of those treated that is not paid


@dataclass(frozen=True)
class Band:
    """Percentiles of a quantity over the draws, with its mean and standard deviation."""

    low: float
    median: float
    high: float
    mean: float
    sd: float

    @property
    def width(self) -> float:
        """From the lower to the upper percentile."""
        return self.high - self.low


@dataclass(frozen=True)
class FewRow:
    """One quantity for N `patients` intended: `parameters` is the band of a cohort, `chance` that of N patients drawn.

    `above_parameters` and `above` are the chances that it exceeds `limit` (money for all N), None where no limit was asked for.
    """

    agreement: str
    label: str
    patients: int
    measure: str
    parameters: Band
    chance: Band
    limit: float | None = None
    above_parameters: float | None = None
    above: float | None = None


@dataclass(frozen=True, repr=False)
class PatientsTable(Shown):
    """The agreements' money for each number of patients; `until` is the last year that counts (None for all).

    `levels` are the percentiles of the bands. `nobody` is the share of draws, of the fewest patients, in which none is treated:
    they have no rebate. `coupled` are agreements on several conditions, whose spread rests on one uniform for all. Money is
    undiscounted, of all N patients, from the payer.
    """

    rows: tuple[FewRow, ...]
    strategy: str
    levels: tuple[float, float, float]
    until: float | None
    money: str
    draws: int
    nobody: float = 0.0
    coupled: tuple[str, ...] = ()

    def row(self, patients: int, measure: str = "net", agreement: str = "") -> FewRow:
        """One row; of the first agreement where none is named.

        Raises:
            HeconError: what the table does not have.
        """
        wanted = agreement or self.rows[0].agreement
        for one in self.rows:
            if (one.agreement, one.patients, one.measure) == (wanted, patients, measure):
                return one
        sizes = ", ".join(dict.fromkeys(str(one.patients) for one in self.rows))
        names = ", ".join(self.agreements)
        raise HeconError(
            f"no row for {patients} patients, {measure}, agreement '{wanted}' (patients: {sizes}; {', '.join(MEASURES)};"
            f" agreements: {names})"
        )

    @property
    def agreements(self) -> tuple[str, ...]:
        """The agreements by name."""
        return tuple(dict.fromkeys(one.agreement for one in self.rows))

    def sentence(self, patients: int = 0, agreement: str = "") -> str:
        """What one agreement's net payment for N patients may be, and what parameters alone would say; the fewest if 0."""
        one = self.row(patients or self.rows[0].patients, "net", agreement)
        wide, narrow = one.chance, one.parameters
        inside = f"{self.levels[2] - self.levels[0]:g}%"
        who = f"{one.patients:,} patient{'s' if one.patients != 1 else ''}"
        money = f" ({self.money})" if self.money else ""
        first = (
            f"With {who}, the payer's net payment under {one.agreement} lies between {money_text(wide.low)} and"
            f" {money_text(wide.high)} in {inside} of draws, with {money_text(wide.median)} in the middle{money}."
        )
        if narrow.width <= 1e-9 * abs(narrow.median):
            return f"{first} Parameters alone would say {money_text(narrow.median)}: the band is all patients' chance."
        return (
            f"{first} Parameters alone would say {money_text(narrow.low)} to {money_text(narrow.high)}: patients' chance makes"
            f" the band {wide.width / narrow.width:.1f} times as wide."
        )

    def sentences(self, patients: int = 0) -> tuple[str, ...]:
        """A sentence for each of a few agreements; one for all where there are many."""
        if len(self.agreements) <= FEW:
            return tuple(self.sentence(patients, name) for name in self.agreements)
        size = patients or self.rows[0].patients
        rows = [row for row in self.rows if row.measure == "net" and row.patients == size and row.parameters.width > 0]
        if not rows:
            return ()
        least, most = (pick(rows, key=lambda row: row.chance.width / row.parameters.width) for pick in (min, max))
        times = [f"{row.chance.width / row.parameters.width:.1f} times ({row.agreement})" for row in (least, most)]
        return (
            f"With {size:,} patient{'s' if size != 1 else ''}, patients' chance makes the band of the net payment from"
            f" {times[0]} to {times[1]} as wide as parameters alone would say, over {len(self.agreements)} agreements.",
        )
