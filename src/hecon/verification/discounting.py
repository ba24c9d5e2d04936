"""Tests of discounting: at a rate of 0 nothing changes, everything later is discounted, and once."""

from collections.abc import Iterator
from typing import Any

from hecon.evaluate.keep.ledger import Ledger
from hecon.evaluate.run import run
from hecon.formula.syntax import Number
from hecon.structure.lowering import as_tree
from hecon.verification.subject import Subject, amounts_of, place_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9


def undiscounted(subject: Subject) -> Iterator[Finding]:
    """With discount rates of 0 each item's discounted total is its undiscounted one."""
    rates = subject.discount_rates
    if not rates:
        raise DoesNotApplyError("the model discounts by no input")

    values = dict.fromkeys(sorted(rates), 0.0)
    one = run(subject.model, subject.book.fix(**values), keep=(Ledger(),))
    ledger = one.kept["ledger"]
    places = {(item.kind, item.name): k for k, item in enumerate(one.items)}
    for row, (strategy, _) in enumerate(ledger.places):
        k = one.strategies.index(strategy)
        for i, item in enumerate(ledger.items):
            place = places[item.kind, item.name]
            got, wanted = float(one.values[k, place, 0]), float(ledger.undiscounted[row, i].sum())
            if abs(got - wanted) > 1e-6 * max(1.0, abs(wanted)):
                yield Finding(f"{item.name} is discounted at a rate of 0", f"strategy {strategy}", got, wanted)


def discounted_once(subject: Subject) -> Iterator[Finding]:
    """No amount before discounting follows from a discount rate, or a rate typed into it: nothing is discounted twice."""
    rates = subject.discount_rates
    for key, terms in subject.terms.items():
        for block, term in terms:
            amounts = amounts_of(term)
            found = [
                name for name in subject.inputs_of(block, amounts) if name in rates or subject.roles[name] == "discount"
            ]
            if found and key[1] in ("cost", "qaly", "ly", "carer_qaly"):
                later = term.flow is not None or term.time is not None
                yield Finding(
                    f"{key[2]} is an amount that already follows from {', '.join(found)}"
                    + (": it is discounted twice, or its discounting is undone" if later else ""),
                    place_of(key), subject.pieces[key], formula=subject.formula(key), cell=subject.cells(found),
                    verdict="fails" if later else INFORMS,
                )  # fmt: skip
                break
    for block in subject.program.blocks:
        for name, formula in block.formulas.items():
            if any(
                text in formula.text.replace(" ", "") for text in ("**(-t)", "**-t", "**t")
            ) and "(1+" in formula.text.replace(" ", ""):
                yield Finding(f"{name} looks like a discount factor", block.name, formula=formula.text, verdict=INFORMS)


def own_discount(subject: Subject) -> Iterator[Finding]:
    """The rate of costs moves costs alone, the rate of effects effects alone; a higher rate gives fewer life-years."""
    tree_rates = subject.discount_rates
    if not tree_rates:
        raise DoesNotApplyError("the model discounts by no input")

    declared = as_tree(subject.model, []).discount
    of_cost, of_effect = (_names(declared.get(kind, "")) & tree_rates for kind in ("cost", "effect"))
    for names, kinds, other in (
        (of_cost - of_effect, ("qaly", "ly"), "the discount rate of costs moves an effect"),
        (of_effect - of_cost, ("cost",), "the discount rate of effects moves a cost"),
    ):
        for name in names:
            for key in sorted(subject.swings.moved.get(name, ())):
                if key[1] in kinds:
                    yield Finding(other, place_of(key), formula=subject.formula(key), cell=subject.cells([name]))
    for name in of_effect:
        for strategy, rise in subject.swings.slopes(name, "ly").items():
            if rise > _SLACK:
                yield Finding("a higher discount rate gives more life-years", f"strategy {strategy}", rise, 0.0)


def discount_reaches(subject: Subject) -> Iterator[Finding]:
    """A higher discount rate lowers every item that falls after the decision."""
    declared = as_tree(subject.model, []).discount
    if not subject.discount_rates:
        raise DoesNotApplyError("the model discounts by no input")
    by_year = as_tree(subject.model, []).discount_timing == "whole_year"  # the first year is not discounted then
    for kind, kinds in (("cost", ("cost",)), ("effect", ("qaly", "ly"))):
        names = _names(declared.get(kind, "")) & subject.discount_rates
        moved = set().union(*(subject.swings.moved.get(name, set()) for name in names))
        if not names:
            continue
        for key, terms in subject.terms.items():
            waits = any(t.flow is not None or (t.time is not None and t.time != Number(0.0)) for _, t in terms)
            if key[1] in kinds and waits and abs(subject.pieces[key]) > 1e-6 and key not in moved:
                whole = max((b.clock.cycles * b.clock.cycle_years for b, _ in terms if b.clock), default=0.0)
                if whole > 1:
                    yield Finding(
                        f"{key[2]} is not discounted: no discount rate moves it", place_of(key), subject.pieces[key],
                        formula=subject.formula(key), cell=subject.cells(sorted(names)),
                        verdict=INFORMS if by_year else "fails",
                    )  # fmt: skip


def _names(rate: Any) -> set[str]:
    return {rate} if isinstance(rate, str) else {text for _, text in rate}
