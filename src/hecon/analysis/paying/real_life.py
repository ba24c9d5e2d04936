"""Agreements when real life is not the trial: what is paid and gained if a condition is kept, lost faster, or lost as without."""

from dataclasses import dataclass

from hecon.analysis.paying.patients_table import FEW
from hecon.digits import money_text
from hecon.errors import HeconError
from hecon.shown import Shown

WORLDS = {
    "full": "Full response: nobody treated loses it but by death",
    "predicted": "As predicted",
    "unstable": "Unstable: its hazard multiplied",
    "comparator": "Like the comparator after treatment",
}


@dataclass(frozen=True)
class RealLifeRow:
    """One agreement in one world: `paid` is expected, discounted, per patient intended; `rebate` the rebate on the list price that
    would pay the same there; `effect` the incremental effect, `inmb` the incremental net benefit under the agreement, `p_loss` the
    chance that it is below 0.
    """

    world: str
    agreement: str
    label: str
    paid: float
    rebate: float
    effect: float
    inmb: float
    p_loss: float


@dataclass(frozen=True, repr=False)
class RealLifeTable(Shown):
    """Worlds in order, the agreements in each, the model's own way of paying first.

    `condition` is what is lost, `hazard` what its hazard is multiplied by in "unstable"; `refused` says of a world why it is not
    shown.
    """

    rows: tuple[RealLifeRow, ...]
    condition: str
    hazard: float
    strategy: str
    reference: str
    effect_word: str
    money: str
    draws: int
    refused: tuple[str, ...] = ()

    def row(self, world: str, agreement: str) -> RealLifeRow:
        """One row.

        Raises:
            HeconError: what the table does not have.
        """
        found = next((one for one in self.rows if (one.world, one.agreement) == (world, agreement)), None)
        if found is None:
            worlds, names = (dict.fromkeys(getattr(one, x) for one in self.rows) for x in ("world", "agreement"))
            raise HeconError(
                f"no row '{world}', '{agreement}' (worlds: {', '.join(worlds)}; agreements: {', '.join(names)})"
            )
        return found

    def sentence(self, agreement: str) -> str:
        """What an agreement pays back when the condition is unstable, beside what the strategy loses."""
        now, worse = self.row("predicted", agreement), self.row("unstable", agreement)
        plain_now, plain = (self.row(world, self.rows[0].agreement) for world in ("predicted", "unstable"))
        lost, back = plain_now.inmb - plain.inmb, (now.paid - worse.paid)
        part = f", {back / lost:.0%} of what is lost" if lost > 0 else ""
        return (
            f"With the hazard of losing '{self.condition}' times {self.hazard:g}, {self.strategy} loses {money_text(lost)} of net"
            f" benefit per patient where all is paid at treatment; under {agreement} the payer pays {money_text(back)} less{part}."
        )

    def sentences(self) -> tuple[str, ...]:
        """A sentence for each of a few agreements; of many, for the one that pays back most and the one that pays back least."""
        names = list(dict.fromkeys(one.agreement for one in self.rows))[1:]
        if len(names) > FEW:
            names.sort(key=lambda name: self.row("unstable", name).paid - self.row("predicted", name).paid)
            names = [names[0], names[-1]]
        return tuple(self.sentence(name) for name in names)
