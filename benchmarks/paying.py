"""Paying for a therapy: 1,000 agreements on 10,000 draws of the leukaemia case, after one run with counts.

Each agreement is priced and compared: payments, administration, net benefit, P(best), P(loss), EVPI, the worst draws, receipts,
what is owed; all at equal expected payment.
"""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from measure import cpu_seconds, options, show

import hecon
from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.paying.administration import administration
from hecon.analysis.paying.comparison import Decision, Paid, compare
from hecon.analysis.paying.payments import one_number, payments
from hecon.results.paying import milestones_of, values_of_rate
from hecon.structure.agreements.terms import Agreement, Annuity, Discount, Instalments, PayForResponse, Refund

CASE, STRATEGY = "car_t_paediatric_all", "tisagenlecleucel"
DRAWS, MANY = 10_000, 1000
AGREEMENT_SECONDS, ONE_SECONDS = 4.0, 0.030


def many() -> list[Agreement]:
    """1,000 agreements: instalments, response at one time, refunds on death, annuities, rebates, of other shares and times."""
    kinds: list[Any] = []
    for (first, last), share, held in product(
        ((6, 12), (3, 6), (9, 18), (12, 24), (12, 36)), range(20, 70), ("event_free", "alive")
    ):
        rest = f"{(100 - share) / 200}"
        at = ("0 months", f"{first} months", f"{last} months")
        kinds.append(Instalments(at, (f"{share / 100}", rest, rest), held))
    kinds += [
        PayForResponse(f"{share / 100}", f"{m} months", "event_free") for m in (1, 6, 12, 18) for share in range(10, 60)
    ]
    kinds += [Refund(f"{share / 100}", "* -> dead", f"{m} months") for m in (6, 12) for share in range(10, 85)]
    kinds += [Annuity(f"{n}", f"{rate / 1000}", "alive") for n in (3, 5) for rate in range(25)]
    kinds += [Discount(f"{share / 200}") for share in range(1, 101)]
    assert len(kinds) == MANY
    return [
        Agreement(f"a{k}", "", (kind,), after="infusion", administration="500", per_assessment="100")
        for k, kind in enumerate(kinds)
    ]


def main() -> None:
    """Measure and show."""
    asked = options(__doc__ or "")
    analysis = hecon.open_case(Path(__file__).parents[1] / "models" / CASE).run(draws=DRAWS, seed=1)
    model, book = analysis.at_hand()
    draws: Any = analysis.draws
    held, strategy = milestones_of(model, draws)
    assert strategy == STRATEGY
    values = {name: draws[name] for name in book.parameters}
    rate = one_number(values_of_rate(model, values))
    psa: Any = analysis.psa
    net = nmb(psa, analysis.wtp, analysis.perspective)
    places = [psa.strategies.index(one) for one in (strategy, analysis.reference)]
    decision = Decision(net, places[0], places[1], rate, True, psa.strategies)
    agreements = many()

    def compared(chosen: list[Agreement]) -> Any:
        base = payments(Agreement("", "", ()), held, values)
        paid = []
        for one in chosen:
            flow = payments(one, held, values)
            paid.append(Paid(flow, 1.0, administration(one, held, values, flow).present_value(rate)))
        rows, _ = compare(paid, base, decision)
        assert len(rows) == len(chosen) + 1
        assert all(abs(row.paid / rows[0].paid - 1) < 1e-9 for row in rows)
        return rows

    many_seconds = cpu_seconds(lambda: compared(agreements), runs=2)
    one_seconds = max(cpu_seconds(lambda k=k: compared(agreements[k : k + 1])) for k in (0, 500, 749, 899, 999))
    show(
        {
            "run_with_counts_cpu_seconds": cpu_seconds(lambda: milestones_of(model, draws), runs=2),
            "agreements_1000_cpu_seconds": many_seconds,
            "agreements_1000_of_4_seconds": many_seconds / AGREEMENT_SECONDS,
            "dearest_agreement_cpu_seconds": one_seconds,
            "dearest_agreement_of_30_ms": one_seconds / ONE_SECONDS,
            "draws": float(np.size(held.treated)),
        },
        asked.json,
    )


if __name__ == "__main__":
    main()
