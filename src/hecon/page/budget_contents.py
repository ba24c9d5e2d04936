"""The page's data of a budget and of agreements: the entries `budget` and `agreements` of DATA.

What the page cannot compute live is named in them, so that a reader knows where to find it.
"""

from math import isfinite
from typing import TYPE_CHECKING, Any

from hecon.inputs.population import POPULATION, REGION, population_of
from hecon.inputs.uptake import UPTAKE
from hecon.structure.agreements.items import SWITCH
from hecon.structure.agreements.lowering import STANDS
from hecon.structure.agreements.probes import TREATED, WAIT
from hecon.structure.agreements.words import terms_in_words

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter
    from hecon.page.with_agreements import PageAgreements
    from hecon.results.analysis import Analysis

BUDGET_NOT_ON_PAGE = (
    "not on the page: the budget over the draws (its 95% limits, the probability to break the ceiling); `hecon budget CASE` has it",
    "not on the page: the net budget over the range of each input; `hecon budget CASE` has it",
    "not in the file of a scenario: patients and uptake; write them into population.csv and uptake.csv",
)
AGREEMENTS_NOT_ON_PAGE = (
    "not on the page: what agreements are worth over the draws (probability to be best, expected loss, EVPI); `hecon scheme CASE`"
    " has it",
    "not on the page: the most that the manufacturer can still give back by the contract; `hecon scheme CASE` has it",
    "not on the page: what is collected of an agreement's saving; `hecon scheme CASE --capture SHARE` has it",
)


def budget_contents(analysis: "Analysis") -> dict[str, Any] | None:
    """The entry `budget`: the population's rows, the uptake by world, strategy and year, and whose treatments are limited; None
    where the inputs declare no population.

    `support` is [least, most] with None for no bound; `comparator` is the strategy by whose life-years those who wait are alive,
    "" where nobody dies waiting.

    Raises:
        InputError: what is wrong in the population or its uptake.

    >>> from hecon.results.budget_example import two_treatments
    >>> found = budget_contents(two_treatments().run())
    >>> found["years"], found["population"][0]["value"], found["uptake"]["with"]["drug"]
    (2, 600.0, [0.1, 0.2])
    """
    book = analysis.book
    if book is None or not book.records.get(POPULATION) or not book.records.get(UPTAKE):
        return None
    population = population_of(book, analysis.base.strategies)
    refused = list(BUDGET_NOT_ON_PAGE)
    rows = []
    for one in population.book.parameters.values():
        if one.unit == "money a year" and book.settings.get("converted"):
            refused.append("not on the page: the ceiling of population.csv, which is not converted to this currency")
            continue
        support = population.book.supports[one.name]
        source = book.sources.get(one.source)
        rows.append(
            {
                **_told(one),
                "citation": source.citation if source else "",
                "support": [bound if isfinite(bound) else None for bound in (support.low, support.high)],
                "region": one.unit.removeprefix(REGION) if one.unit.startswith(REGION) else "",
            }
        )
    limited = population.limited
    return {
        "years": population.years,
        "population": rows,
        "uptake": {
            world: {name: list(shares) for name, shares in of.items()} for world, of in population.uptake.items()
        },
        "limited": limited,
        "comparator": analysis.reference if limited not in ("", analysis.reference) else "",
        "not_on_page": refused,
    }


def agreements_contents(found: "PageAgreements") -> dict[str, Any] | None:
    """The entry `agreements`: the switch's choices, the payments of each by item, and what is left out; None where there are none.

    `flows` name items of the page: `item` (of the payer) and `patient` are costs, `most` are counts of the most that a payment can
    be; `treated` and `wait` are the counts that give the mean wait of the treated.

    >>> from hecon.page.with_agreements import with_agreements_of
    >>> from hecon.results.example import one_product
    >>> run = one_product(schemes=({"name": "cheap", "terms": "Discount('0.2')"},))
    >>> [(one["value"], one["words"]) for one in agreements_contents(with_agreements_of(run))["choices"]]
    [(0, 'Everything at treatment, at the list price.'), (1, '0.2 of the price is rebated.')]
    """
    carried = found.carried
    if carried is None:
        return None
    choices: list[dict[str, Any]] = [
        {
            "value": 0,
            "name": "",
            "label": STANDS,
            "words": "Everything at treatment, at the list price.",
            "price": 1.0,
        }
    ]
    for k, one in enumerate(carried.agreements, start=1):
        choices.append(
            {
                "value": k,
                "name": one.name,
                "label": one.label or one.name,
                "words": terms_in_words(one),
                "price": found.prices[k - 1],
            }
        )
    flows = []
    for flow in carried.flows:
        flows.append(
            {
                "agreement": flow.agreement, "when": flow.when, "condition": flow.condition, "years": flow.years,
                "after": flow.after, "item": flow.item, "patient": flow.patient, "to": flow.to, "refund": flow.refund,
                "most": found.most(flow),
            }
        )  # fmt: skip
    return {
        "input": SWITCH, "strategy": carried.strategy, "choices": choices, "flows": flows, "treated": TREATED, "wait": WAIT,
        "once": carried.once, "base": int(carried.book.parameters[SWITCH].value),
        "left_out": [list(one) for one in found.left_out], "not_on_page": list(AGREEMENTS_NOT_ON_PAGE),
    }  # fmt: skip


def _told(one: "Parameter") -> dict[str, Any]:
    """What the page says of an input of the population."""
    return {
        "name": one.name, "label": one.label or one.name, "unit": one.unit, "value": one.value, "low": one.low,
        "high": one.high, "distribution": one.distribution, "source": one.source, "provenance": one.provenance,
        "note": one.note,
    }  # fmt: skip
