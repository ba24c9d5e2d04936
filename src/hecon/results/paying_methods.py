"""What an analysis says of paying for the product: agreements, cash, patients, hospital, volume, budget, who gains."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from hecon.results.record import READ_BY, Record

if TYPE_CHECKING:
    from hecon.analysis.paying.agreement_table import AgreementTable
    from hecon.analysis.paying.budget_result import Budget, BudgetOneWay
    from hecon.analysis.paying.capture import CaptureTable
    from hecon.analysis.paying.cash_flow import CashFlow
    from hecon.analysis.paying.learning import RevealedTable
    from hecon.analysis.paying.patients_table import PatientsTable
    from hecon.analysis.paying.real_life import RealLifeTable
    from hecon.results.analysis import Analysis
    from hecon.results.fairness import Fairness
    from hecon.results.hospital_table import HospitalTable
    from hecon.results.volume import VolumeTable
    from hecon.structure.agreements.terms import Agreement


class Paying(Record):
    """The methods of an `Analysis` about paying; each calls one function with the reading of the run, unless told otherwise."""

    def agreements(
        self, names: Sequence[str] = (), at: str = "equal", payment: float | None = None, **reading: Any
    ) -> "AgreementTable":
        """The agreements of `schemes.csv` compared: each price scaled so that all are expected to pay `payment` (that of the first
        one, if left out), or at their `own` prices.
        """
        from hecon.results.agreements import agreement_table

        return agreement_table(self._whole.read(**reading), names, at, payment)

    def agreement_cash(
        self, names: Sequence[str] = (), at: str = "equal", payment: float | None = None, **choices: Any
    ) -> "CashFlow":
        """Cash of each party by period; `choices` are years=, by=, enrolment= (patients a year) and the reading."""
        from hecon.results.agreements import cash_table

        read, choices = self._whole._split(choices)
        return cash_table(read, names, at, payment, **choices)

    def capture(self, share: float, names: Sequence[str] = (), **choices: Any) -> "CaptureTable":
        """What is collected of each agreement's saving where a `share` of losses is recorded; `choices` are lost=, late=, churn=,
        next_instalment=, refund_to= (see `Collection`), at=, payment=, rebate= and the reading.
        """
        from hecon.analysis.paying.capture import Collection
        from hecon.results.agreements import capture_table

        read, choices = self._whole._split(choices)
        how = {name: choices.pop(name) for name in list(choices) if name in Collection.__dataclass_fields__}
        return capture_table(read, Collection(share, **how), names, **choices)

    def hospital(self, patients: int = 100, strategy: str = "") -> "HospitalTable":
        """What a case leaves the hospital that gives the product, how often it loses, how much cash it carries (stay.csv)."""
        from hecon.results.hospital import hospital_table

        return hospital_table(self._whole, patients, strategy)

    def volume(
        self, patients: Sequence[float] = (1, 5, 10, 20, 50, 100, 200), strategy: str = "", **reading: Any
    ) -> "VolumeTable":
        """Payment by volume (volume.csv) for each number of patients intended a year: tiers, cap, subscription, with ICER."""
        from hecon.results.volume import volume_table

        return volume_table(self._whole.read(**reading), patients, strategy)

    def patients(
        self,
        agreements: "Sequence[str | Agreement]" = (),
        sizes: Sequence[int] = (5, 10, 20, 50, 100),
        **choices: Any,
    ) -> "PatientsTable":
        """The money of N patients under agreements, by parameters alone and with patients' chance.

        `choices` are until=, levels=, reserve=, refunded= and settle= (see `hecon.results.patients.few_patients`).
        """
        from hecon.results.patients import few_patients

        return few_patients(self._whole, agreements, sizes, **choices)

    def revealed(
        self, agreements: "Sequence[str | Agreement]" = (), sizes: Sequence[int] = (5, 10, 20, 50, 100)
    ) -> "RevealedTable":
        """What the assessments of agreements reveal of their conditions and of the incremental net benefit."""
        from hecon.results.patients import what_is_revealed

        return what_is_revealed(self._whole, agreements, sizes)

    def real_life(self, agreements: Sequence[str] = (), hazard: float = 2.0, condition: str = "") -> "RealLifeTable":
        """The agreements of the inputs if those treated keep a condition, lose it faster, or fare as under the reference."""
        from hecon.results.real_life import real_life

        return real_life(self._whole, agreements, hazard, condition)

    def budget(self, years: int | None = None, **choices: Any) -> "Budget":
        """What treating the population costs in each year, with and without the new treatment; `choices` are by=, ceiling=,
        nominal=, probability= and the reading.
        """
        from hecon.results.budget import budget_of

        read, choices = self._whole._split(choices)
        return budget_of(read, years, **choices)

    def budget_one_way(self, years: int | None = None, **reading: Any) -> "BudgetOneWay":
        """The net budget of all years over the range of each input of the model and of the population."""
        from hecon.results.budget import budget_one_way

        return budget_one_way(self._whole.read(**reading), years)

    def fairness(
        self, aversion: float | None = None, opportunity_cost: float | None = None, **choices: Any
    ) -> "Fairness":
        """Who gains: health by group of groups.csv and what inequality makes of it, on base case and draws.

        `aversion` and `opportunity_cost` are those of the settings if left out; `choices` are kolm=, patients=, people= and
        the reading.
        """
        from hecon.results.fairness import fairness_of

        read, choices = self._whole._split(choices)
        return fairness_of(read, aversion, opportunity_cost, **choices)

    @property
    def _whole(self) -> "Analysis":
        """The analysis that these are methods of."""
        return cast("Analysis", self)

    def _split(self, choices: Mapping[str, Any]) -> "tuple[Self, dict[str, Any]]":
        """The run as read by some of the choices, and the other choices."""
        reading = {name: choices[name] for name in READ_BY if name in choices}
        return self.read(**reading), {name: value for name, value in choices.items() if name not in reading}
