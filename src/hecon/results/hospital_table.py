"""What a case leaves a hospital, how often it loses, how much cash it carries: the table and what it says in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.paying.hospital import HOSPITAL, INFUSED, CaseAccount, CaseRow
from hecon.analysis.paying.hospital_year import HospitalYear
from hecon.analysis.paying.working_capital import WorkingCapital
from hecon.digits import money_text
from hecon.errors import HeconError, nearest
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.arrays import Array


@dataclass(frozen=True, repr=False, eq=False)
class HospitalTable(Shown):
    """What a case leaves a hospital: `rows` by kind of case, `account` line by line, `cash` by month, `year` by number of cases.

    `margin` (patient, draw) is that of every infused patient drawn, `patients` in each of `draws`; `agreement` the one that the
    product is paid under; `carriers` who pays for those not treated, by their label.
    """

    rows: tuple[CaseRow, ...]
    account: CaseAccount
    cash: WorkingCapital
    year: HospitalYear
    margin: "Array"
    strategy: str
    agreement: str
    carriers: Mapping[str, str]
    patients: int
    draws: int
    money: str

    def row(self, group: str) -> CaseRow:
        """The row of a kind of case.

        Raises:
            HeconError: one that is not in the table.
        """
        found = next((one for one in self.rows if one.group == group), None)
        if found is None:
            known = [one.group for one in self.rows]
            raise HeconError(f"there are no cases '{group}'{nearest(group, known)} (known: {', '.join(known)})")
        return found

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the table says, a sentence each."""
        first = self.row(INFUSED)
        verb = "earns" if first.margin.mean >= 0 else "loses"
        told = [
            f"On an infused case the hospital {verb} {money_text(abs(first.margin.mean))} {self.money} on average and loses money"
            f" on {first.p_loss:.0%} of cases (5th, 50th and 95th percentile of a case: {money_text(first.p_5)},"
            f" {money_text(first.p_50)}, {money_text(first.p_95)})."
        ]
        for row in self.rows:
            other = next((one for one in self.rows if one.group == row.group.replace("with ", "without ", 1)), None)
            if row.group.startswith("with ") and other is not None:
                name = row.group.removeprefix("with ")
                told.append(
                    f"It loses money on {row.p_loss:.0%} of cases with {name} and on {other.p_loss:.0%} without."
                )
        if self.year.rows:
            chances = ", ".join(f"{row.p_loss:.0%} with {row.cases}" for row in self.year.rows)
            told.append(f"The chance that a whole year is a loss, by the number of patients intended: {chances}.")
        lowest = min(self.cash.cash, key=lambda one: one.mean)
        told.append(
            f"It carries up to {money_text(max(-lowest.mean, 0.0))} for a patient intended, until it is paid; for each case a year"
            f" it waits for {money_text(self.cash.owed.mean)} on average."
        )
        told += [
            f"What is invoiced for patients of '{label}' is carried by the {by}." for label, by in self.carriers.items()
        ]
        if self.cash.carried_by:
            what = (
                "only the wait: what is not paid comes back from the manufacturer"
                if self.cash.carried_by == HOSPITAL
                else ""
            )
            told.append(
                f"Under the agreement {self.agreement} the product is settled between payer and manufacturer, so it is no part of"
                f" the margin; its instalments are carried by the {self.cash.carried_by}{f' ({what})' if what else ''}."
            )
        return tuple(told)
