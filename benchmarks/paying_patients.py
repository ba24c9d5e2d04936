"""How long N patients take after the run: 1,000 draws x 100 patients under one agreement, wanted in at most 1 CPU second.

Thirds while event-free on the leukaemia case, and the same with a refund on leaving within five years, which has a payment in
each month; 10,000 draws too.
"""

from measure import cpu_seconds, options, show

import hecon
from hecon.analysis.paying.individuals import one_patient
from hecon.analysis.paying.patients import few_rows
from hecon.results.paying import milestones_of
from hecon.structure.agreements.terms import Agreement, Instalments, Refund

CASE = "car_t_paediatric_all"
THIRDS = Instalments(("0 months", "6 months", "12 months"), ("1/3", "1/3", "1/3"), "event_free")
AGREEMENTS = {
    "thirds": Agreement("thirds", "", (THIRDS,), after="infusion"),
    "thirds and refunds": Agreement(
        "back", "", (THIRDS, Refund("0.5", "event_free -> *", "5 years")), after="infusion"
    ),
}


def main() -> None:
    """Measure and show."""
    asked = options(__doc__)
    case = hecon.open_case(CASE)
    figures: dict[str, float] = {}
    for draws in (1_000, 10_000):
        held, _ = milestones_of(case.model, case.book.sample(draws, seed=1))
        for name, agreement in AGREEMENTS.items():
            figures[f"{name}, {draws:,} draws"] = cpu_seconds(
                lambda agreement=agreement, held=held: few_rows(one_patient(agreement, held), "")
            )
    show(figures, asked.json)


if __name__ == "__main__":
    main()
