"""What a cell product costs to make: from rooms, staff and materials to a batch, a dose, an infused patient and a price.

Everything is a named formula for a model's `let`, so that a sensitivity analysis and the workbook reach each piece.
"""

import re
from dataclasses import dataclass

from hecon.errors import Fault, ModelError, nearest, raise_faults
from hecon.parts.written_numbers import share_faults

VARIANTS = ("unit", "average")
FORMULAS = ("batches", "fixed", "work", "materials", "batch", "made", "dose", "reached", "infused", "price")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Manufacturing:
    """The cost of making a product; every field is a formula, money in the model's currency.

    Per year: `facility` (rooms and their upkeep), `equipment` (see `annuity`), `staff`. They are shared by the batches
    started in a year, `capacity` x `utilisation`. Per batch: `staff_batch`, `consumables`, `vector`, `quality_control`.
    `failure` is the share of batches that give no product, `repeated` the share of failures that are made once more.
    `doses` is how many patients a batch serves: 1 for a product of the patient's own cells. A product from a bank of donor
    cells also bears `bank` (donors, tests, making the bank), spread over `bank_doses` doses.
    `infused` is the share of those with a product who get it. With `vein_to_vein_days` and `drop_out_rate` (per year) it is
    multiplied by the share still fit for it after the wait, exp(-rate x days / 365.25).
    `automation` is the share of staff and facility that machines replace; the machines belong to `equipment`.
    `progress` is Wright's ratio, cost at twice the batches made so far (0.9: a tenth less), of the batch number `experience`
    by `variant` (see `wright`); it holds for all but consumables and vector. 1 is no learning.
    `margin` is the producer's share of the price.

    >>> til = Manufacturing(facility="750000", capacity="100", staff_batch="18000", consumables="10000", failure="0.08")
    >>> for name, text in til.let("til").items():
    ...     print(name, "=", text)
    til_batches = 100
    til_fixed = (750000) / til_batches
    til_work = til_fixed + 18000
    til_materials = 10000
    til_batch = til_work + til_materials
    til_made = 1 - 0.08
    til_dose = til_batch / (1 - 0.08)
    til_reached = 1
    til_infused = til_dose / til_reached
    til_price = til_infused
    """

    facility: str = "0"
    equipment: str = "0"
    staff: str = "0"
    capacity: str = "1"
    utilisation: str = "1"
    staff_batch: str = "0"
    consumables: str = "0"
    vector: str = "0"
    quality_control: str = "0"
    failure: str = "0"
    repeated: str = "0"
    doses: str = "1"
    bank: str = "0"
    bank_doses: str = ""
    infused: str = "1"
    vein_to_vein_days: str = ""
    drop_out_rate: str = ""
    automation: str = "0"
    progress: str = "1"
    experience: str = ""
    variant: str = ""
    margin: str = "0"

    def let(self, name: str, wanted: str = "") -> dict[str, str]:
        """The formulas, their names beginning with `name`; entries of a `let`.

        `wanted` leaves out what one of them does not need ("price", "infused"): the `let` of a strategy refuses formulas
        that nothing uses.

        `_batch` is the cost of a batch started, `_dose` of a dose released (a failed batch is paid too), `_infused` of a
        patient infused, `_price` the price per patient infused with the margin. `_made` is the share of patients for whom
        a product is made, `_reached` the share of those who get it. A repeat raises `_made`, not the cost per dose: it
        fails as often as the first.

        Raises:
            ModelError: all at once: a bank without doses, a wait without a rate, learning without experience or variant,
                an unknown formula as `wanted`.

        >>> list(Manufacturing(facility="750000", consumables="10000").let("til", "dose"))
        ['til_batches', 'til_fixed', 'til_work', 'til_materials', 'til_batch', 'til_dose']
        """
        raise_faults([*self._faults(), *_unwanted(wanted)], ModelError, f"manufacturing of {name}")
        kept = "" if self.automation == "0" else f"1 - {_own(self.automation)}"
        yearly = _sum(_product(self.facility, kept), _product(self.staff, kept), _own(self.equipment))
        work = _sum(f"{name}_fixed", _product(self.staff_batch, kept), _own(self.quality_control))
        learnt = "1" if self.progress == "1" else wright("1", self.experience, self.progress, self.variant)
        made = f"1 - {_own(self.failure)}"
        again = "1" if self.repeated == "0" else f"1 + {_product(self.failure, self.repeated)}"
        dose = f"{name}_batch" if self.failure == "0" else f"{name}_batch / ({made})"
        dose += "" if self.doses == "1" else f" / {_own(self.doses)}"
        dose += "" if self.bank == "0" else f" + {_own(self.bank)} / {_own(self.bank_doses)}"
        rate, days = _own(self.drop_out_rate), _own(self.vein_to_vein_days)
        waited = f"exp(-{rate} * {days} / 365.25)" if self.drop_out_rate else "1"
        margin = "" if self.margin == "0" else f" / (1 - {_own(self.margin)})"
        formulas = {
            f"{name}_batches": _product(self.capacity, self.utilisation),
            f"{name}_fixed": f"({yearly}) / {name}_batches",
            f"{name}_work": _product(work, learnt),
            f"{name}_materials": _sum(_own(self.consumables), _own(self.vector)),
            f"{name}_batch": f"{name}_work + {name}_materials",
            f"{name}_made": _product(made, again),
            f"{name}_dose": dose,
            f"{name}_reached": _product(self.infused, waited),
            f"{name}_infused": f"{name}_dose / {name}_reached",
            f"{name}_price": f"{name}_infused{margin}",
        }
        return _needed(formulas, f"{name}_{wanted}") if wanted else formulas

    def _faults(self) -> list[Fault]:
        shares = ("failure", "repeated", "infused", "automation", "margin")
        faults = [*share_faults({one: getattr(self, one) for one in shares})]
        if (self.bank == "0") != (not self.bank_doses):
            faults.append(Fault("bank", "a bank is spread over doses: give both bank= and bank_doses="))
        if bool(self.vein_to_vein_days) != bool(self.drop_out_rate):
            faults.append(
                Fault("vein_to_vein_days", "a wait loses patients at a rate: give drop_out_rate= too, or neither")
            )
        if self.repeated != "0" and self.failure == "0":
            faults.append(Fault("repeated", "nothing fails, so nothing is repeated: give failure="))
        if self.progress != "1" and not self.experience:
            faults.append(Fault("progress", "learning needs the number of the batch: give experience="))
        if self.progress != "1" and self.variant not in VARIANTS:
            faults.append(Fault("variant", _unknown(self.variant)))
        return faults


def wright(first: str, units: str, progress: str, variant: str) -> str:
    """Formula: the cost of unit number `units` on Wright's learning curve; `first` is the cost of the first.

    `progress` is the ratio at twice the output. By variant "unit" the cost of a unit falls to it, first x units ** b with
    b = log2(progress); by "average" the average of all units so far does, and a single unit costs less than that. A ratio
    above 1 is a cost that rises: nothing is published for cell products, and the one series at hand rose (TIL in
    Amsterdam, 35,500 EUR in 2015-18 and 67,547 in 2021).

    Raises:
        ModelError: an unknown variant.

    >>> from hecon.evaluate.formula import evaluate_formula
    >>> float(round(evaluate_formula(wright("100", "8", "0.8", "unit")), 4))         # three doublings: 100 x 0.8 ** 3
    51.2
    >>> float(round(evaluate_formula(wright("100", "2", "0.8", "average")), 4))      # two at 80 on average, the first was 100
    60.0
    """
    if variant not in VARIANTS:
        raise ModelError(_unknown(variant))
    power = f"log({progress}) / log(2)"
    if variant == "unit":
        return f"({first}) * ({units}) ** ({power})"
    return f"({first}) * (({units}) ** (1 + {power}) - (({units}) - 1) ** (1 + {power}))"


def annuity(price: str, lifetime: str, rate: str) -> str:
    """Formula: the yearly cost of equipment bought at `price`, over `lifetime` years at a yearly interest `rate` above 0.

    >>> from hecon.evaluate.formula import evaluate_formula
    >>> float(round(evaluate_formula(annuity("1000", "2", "0.1")), 2))               # 1000 = 576.19 / 1.1 + 576.19 / 1.21
    576.19
    """
    return f"({price}) * ({rate}) / (1 - (1 + ({rate})) ** (-({lifetime})))"


def _unwanted(wanted: str) -> list[Fault]:
    if not wanted or wanted in FORMULAS:
        return []
    return [Fault("wanted", f"'{wanted}' is not one of {', '.join(FORMULAS)}{nearest(wanted, FORMULAS)}")]


def _needed(formulas: dict[str, str], wanted: str) -> dict[str, str]:
    """The formulas that a wanted one uses, and it; each uses only those before it."""
    needed = {wanted}
    for name, text in reversed(formulas.items()):
        needed |= set(re.findall(r"\w+", text)) if name in needed else set()
    return {name: text for name, text in formulas.items() if name in needed}


def _unknown(variant: str) -> str:
    return f"'{variant}' is not one of {', '.join(VARIANTS)}{nearest(variant, VARIANTS)}"


def _own(formula: str) -> str:
    """A formula that may stand beside any operation: in brackets, unless it is one name or number."""
    return formula if formula.isidentifier() or _NUMBER.fullmatch(formula) else f"({formula})"


def _product(*factors: str) -> str:
    """The product of those factors that are not 1 and not left out; 0 where the first is."""
    found = [one for one in factors if one not in ("", "1")]
    if factors[0] == "0" or not found:
        return factors[0]
    return found[0] if len(found) == 1 else " * ".join(map(_own, found))


def _sum(*amounts: str) -> str:
    return " + ".join(one for one in amounts if one != "0") or "0"
