"""An agreement's terms in words, for tables that people read."""

from hecon.structure.agreements.terms import (
    Agreement,
    Annuity,
    Coverage,
    CycleCap,
    Discount,
    FreeInitiation,
    Instalments,
    PayForResponse,
    Refund,
    Term,
)


def terms_in_words(agreement: Agreement) -> str:
    """All terms, one sentence each.

    >>> terms_in_words(Agreement("x", "", (Discount("0.2"), Refund("0.5", "* -> dead", "12 months"))))
    '0.2 of the price is rebated. 0.5 of what was paid comes back on * -> dead before 12 months.'
    """
    since = "treatment" if agreement.after == "infusion" else "the decision"
    return " ".join(f"{_words(one, since)}." for one in agreement.terms)


def _words(one: Term, since: str) -> str:
    match one:
        case Discount(rebate):
            return f"{rebate} of the price is rebated"
        case Instalments(at, shares, while_in):
            parts = ", ".join(f"{share} at {time}" for time, share in zip(at, shares, strict=True))
            return f"The price is paid in parts after {since}: {parts}{_while(while_in)}"
        case Annuity(years, interest, while_in, due):
            return (
                f"The price is paid over {years} years after {since}, in equal payments at each {due} with interest of"
                f" {interest}{_while(while_in)}"
            )
        case PayForResponse(share, at, while_in):
            return f"{share} of the price is paid {at} after {since} for those in {while_in}; the rest at treatment"
        case Refund(share, on, before):
            return f"{share} of what was paid comes back on {on} before {before}"
        case FreeInitiation(cycles):
            return f"The first {cycles} cycles are free"
        case CycleCap(cycles):
            return f"No more than {cycles} cycles are paid for"
        case Coverage(share):
            return f"The payer pays {share} of every payment and the patient the rest"


def _while(state: str) -> str:
    return f", while {'alive' if state == 'alive' else f'in {state}'}" if state else ""
