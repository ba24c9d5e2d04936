"""The agreements of a run in real life: the model changed for those treated, run on the same draws, its agreements priced again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.paying.real_life import RealLifeRow, RealLifeTable
from hecon.errors import HeconError, ModelError
from hecon.results.agreements import agreement_table
from hecon.results.patients import chosen_agreements
from hecon.structure.agreements.conditions import ALIVE
from hecon.structure.agreements.items import InForce
from hecon.structure.agreements.lowering import subject
from hecon.structure.agreements.real_life import faring_as, losing_faster
from hecon.structure.agreements.terms import Agreement, Annuity, Instalments, PayForResponse, Refund
from hecon.structure.lowering import as_tree
from hecon.structure.tree import DecisionTree

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis


def real_life(
    analysis: "Analysis", names: Sequence[str] = (), hazard: float = 2.0, condition: str = ""
) -> RealLifeTable:
    """The agreements that the inputs declare (or those named) in four worlds: nobody treated loses the condition, as predicted,
    its hazard times `hazard`, and the course of the reference after treatment.

    `condition` is states by blanks; left out, it is the first that the agreements look at and that is not being alive.

    Raises:
        HeconError: a hazard that is not above 0, no condition; what `agreement_table` and `losing_faster` raise.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> real_life(open_case(*one_visit()).run(draws=0, perspective="payer", wtp=1.0), hazard=0)
    Traceback (most recent call last):
    hecon.errors.HeconError: the hazard is multiplied by a number above 0; got 0
    """
    from hecon.evaluate.run import run

    if not hazard > 0:
        raise HeconError(f"the hazard is multiplied by a number above 0; got {hazard:g}")
    model, book = analysis.at_hand()
    if analysis.about.get("agreement"):
        raise HeconError("agreements are compared on a run that pays as the model stands: leave out its scheme")
    chosen = chosen_agreements(book, names)
    lost = condition or next((one for agreement in chosen for one in _looked_at(agreement) if one != ALIVE), "")
    if not lost:
        raise HeconError(
            "the agreements look at no condition but being alive: name the one that may be lost (--condition)"
        )
    tree = as_tree(model, [])
    strategy, item = subject(tree, InForce(chosen[0], 1), book.settings.get("product_price", "").split())
    worlds: dict[str, Callable[[], DecisionTree]] = {
        "full": lambda: losing_faster(tree, strategy, item, lost, 0),
        "predicted": lambda: tree,
        "unstable": lambda: losing_faster(tree, strategy, item, lost, hazard),
        "comparator": lambda: faring_as(tree, strategy, item, analysis.reference),
    }
    rows: list[RealLifeRow] = []
    refused = []
    for world, make in worlds.items():
        try:
            changed = make()
        except ModelError as error:
            if world != "comparator":
                raise
            refused.append(f"{world}: {str(error).removeprefix('real life: ')}")
            continue
        psa = None if analysis.draws is None else run(changed, analysis.draws)
        there = replace(analysis, model=changed, base=run(changed, book.base()), psa=psa)
        found = agreement_table(there, names, "own")
        outcomes = there.base if psa is None else psa
        _, effect = cost_and_effect(outcomes, analysis.perspective, analysis.effect)
        me, other = (outcomes.strategies.index(one) for one in (strategy, analysis.reference))
        gain = float((effect[me] - effect[other]).mean())
        rows += [
            RealLifeRow(world, one.agreement, one.label, one.paid, one.equivalent, gain, one.inmb, one.p_loss)
            for one in found.rows
        ]
    number = 1 if analysis.draws is None else analysis.draws.n
    return RealLifeTable(
        tuple(rows),
        lost,
        hazard,
        strategy,
        analysis.reference,
        analysis.effect_word,
        analysis.money,
        number,
        tuple(refused),
    )


def _looked_at(agreement: Agreement) -> list[str]:
    found = [one.while_in for one in agreement.terms if isinstance(one, Instalments | Annuity | PayForResponse)]
    starts = [one.on.split("->")[0].strip() for one in agreement.terms if isinstance(one, Refund)]
    return [one for one in (*found, *starts) if one and one != "*"]
