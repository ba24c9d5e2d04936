"""What running an agreement costs: once per patient treated, and each time that a condition is assessed in a patient alive."""

from collections.abc import Mapping

import numpy as np

from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import Payments, number, payments, timing_of
from hecon.arrays import Array
from hecon.structure.agreements.dates import payments_due
from hecon.structure.agreements.terms import Agreement


def administration(
    agreement: Agreement,
    milestones: Milestones,
    values: Mapping[str, Array | float] | None = None,
    paid: Payments | None = None,
) -> Payments:
    """The costs of running an agreement as payments from the payer to whoever runs it, undiscounted, per patient intended.

    The cost per patient treated falls at the decision, as the item of the model does; an assessment falls with its payment.
    `paid` are the agreement's payments, where they are known.

    Raises:
        HeconError: what `payments` raises.

    >>> from hecon.structure.agreements.terms import PayForResponse
    >>> died = Milestones(np.array([90.0]), ("well", "dead"), ("dead",), np.array([0.0, 1.0]),
    ...                   np.array([[[90.0], [45.0]], [[0.0], [45.0]]]), np.array([0.0]), np.array([0.9]))
    >>> half = Agreement("half", "", (PayForResponse("0.5", "1 year", "well"),), administration="100", per_assessment="10")
    >>> administration(half, died).paid.tolist()
    [[90.0], [4.5]]
    """
    known, place = dict(values or {}), f"agreement {agreement.name}"
    found = paid if paid is not None else payments(agreement, milestones, known)
    treated = milestones.share_treated
    times, amounts, most = [np.zeros(milestones.draws)], [number(agreement.administration, known, place) * treated], []
    most.append(amounts[0])
    if agreement.per_assessment != "0":
        each = number(agreement.per_assessment, known, place)
        for due, when in zip(payments_due(timing_of(agreement)), found.times, strict=False):
            if due.while_in:
                alive = milestones.at("alive", when - milestones.wait) / milestones.treated
                times.append(when)
                amounts.append(each * alive * treated)
                most.append(each * treated)
    total = np.array(amounts)
    return Payments(agreement.name, np.array(times), total, np.array(most), ("",) * len(total), np.zeros_like(total))
