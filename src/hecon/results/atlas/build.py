"""A case's comparisons computed: one run per structure at its own discount rates, one with a ledger at the common ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hecon.causes import LUMP
from hecon.errors import HeconError
from hecon.evaluate.keep.ledger import Ledger
from hecon.evaluate.run import run
from hecon.inputs.tables.cells import number
from hecon.outcomes import Outcomes
from hecon.results.atlas.causes import Bar, bar_of
from hecon.results.atlas.common_money import in_money
from hecon.results.atlas.comparison import About, Comparison
from hecon.results.atlas.comparisons import Pair, pairs_of
from hecon.results.atlas.decision import decision
from hecon.results.atlas.money_flows import MoneyFlows, gains_of, joined, money_flows
from hecon.results.atlas.provenance import bases, item_facts
from hecon.results.atlas.reversal import flip_of, reversal
from hecon.structure.discounting import rates_of
from hecon.structure.lowering import lower

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.results.case import Case
    from hecon.results.evidence.evidence import Evidence
    from hecon.structure.discounting import Rate
    from hecon.structure.lowering import Model

_LEDGER = 300_000_000  # bytes of a ledger that is held at a time


@dataclass(frozen=True)
class Choices:
    """What an atlas is asked for: draws of each case (0: base cases), the common money and the common discount rates.

    `by_sector` keeps the bars of each sector apart, for `seen`, which shows them from a perspective; `also` are further
    currencies that a page lets its reader choose, at the same price year.
    """

    draws: int = 1000
    currency: str = "EUR"
    price_year: int = 2023
    cost_rate: str = "0.03"
    effect_rate: str = "0.03"
    by_sector: bool = False
    also: tuple[str, ...] = ()

    @property
    def rates(self) -> str:
        """The common discount rates of costs and effects in words.

        >>> Choices(cost_rate="0.04", effect_rate="0.015").rates
        '4% and 1.5%'
        """
        return f"{100 * float(self.cost_rate):g}% and {100 * float(self.effect_rate):g}%"


def comparisons_of(case: "Case", choices: Choices, evidence: "Sequence[Evidence]" = ()) -> tuple[Comparison, ...]:
    """The comparisons of a case, in their order; `evidence` are its published figures beside ours.

    Raises:
        HeconError: what `pairs_of` and running raise.

    >>> from hecon.results.atlas.example import cells_or_care
    >>> comparisons_of(cells_or_care(), Choices(0, "USD"))
    (<Comparison demo: cells v care; 1 draws>,)
    """
    pairs = pairs_of(case)
    found: dict[Pair, Comparison] = {}
    for structure in dict.fromkeys(pair.structure for pair in pairs):
        mine = [pair for pair in pairs if pair.structure == structure]
        found |= dict(zip(mine, _of_structure(case, mine, choices, evidence), strict=True))
    return tuple(found[pair] for pair in pairs)


def _of_structure(
    case: "Case", pairs: Sequence[Pair], choices: Choices, evidence: "Sequence[Evidence]"
) -> Iterator[Comparison]:
    structure = pairs[0].structure
    names = dict.fromkeys(name for pair in pairs for name in (pair.reference, pair.strategy))
    analysis = case.run(
        choices.draws, reference=pairs[0].reference, strategies=tuple(names), keep=("totals",),
        perspective=case.settings.get("perspective") or "payer", wtp=None if case.settings.get("threshold") else 1.0,
        structure=structure,
    )  # fmt: skip
    model, book = analysis.at_hand()
    rates = {"discount_cost": choices.cost_rate, "discount_effect": choices.effect_rate}
    common = replace(book, settings={**book.settings, **rates})
    base = run(model, common.base(), keep=(Ledger(),))
    parts = [base] if analysis.draws is None else _in_parts(model, replace(analysis.draws, book=common), base)
    apart = choices.by_sector
    folded = [(replace(part, kept={}), [_flows(part, pair, apart) for pair in pairs]) for part in parts]
    drawn = [outcomes for outcomes, _ in folded]
    facts = item_facts(lower(model, book.settings), book)
    money = in_money(book, choices.currency, choices.price_year)
    for k, pair in enumerate(pairs):
        read = analysis.read(reference=pair.reference)
        price = read.product_price(pair.strategy) if book.settings.get("product_price") else ""
        found = decision(read, pair)
        flip = flip_of(read.one_way(points=2), pair.strategy, book, but=price)
        arms = (pair.strategy, pair.reference)
        one = Comparison(
            _about(case, pair, read.base), money, (_rates_of(model, book), choices.rates),
            joined([flows[k] for _, flows in folded]),
            bases(base, facts, arms, apart), _lumps(base, arms), found, {}, reversal(found, flip, read.money),
            gains_of(base, arms), _at_own_rates(read.psa or read.base, arms, apart),
            tuple(row for row in evidence if _concerns(row, pair)),
        )  # fmt: skip
        others = tuple(in_money(book, currency, choices.price_year) for currency in choices.also)
        yield replace(one, product=_product(drawn, price, pair.strategy, apart), other_money=others)


def _flows(outcomes: Outcomes, pair: Pair, by_sector: bool) -> MoneyFlows:
    return money_flows(outcomes.kept["ledger"], pair.strategy, pair.reference, by_sector)


def _in_parts(model: "Model", draws: "Draws", base: Outcomes) -> Iterator[Outcomes]:
    """Outcomes of as many draws at a time as a ledger may hold."""
    most = max(1, _LEDGER // (2 * base.kept["ledger"].discounted.nbytes))
    size = -(-draws.n // -(-draws.n // most))
    for first in range(0, draws.n, size):
        yield run(model, draws.take(slice(first, min(first + size, draws.n))), keep=(Ledger(),))


def _about(case: "Case", pair: Pair, outcomes: Outcomes) -> About:
    labels = dict(zip(outcomes.strategies, outcomes.labels, strict=True))
    said = case.settings.get
    holds = tuple(cause.strip() for cause in said("not_separable", "").split(";") if cause.strip())
    return About(
        case.name, str(case.choose(pair.structure).title), pair, labels[pair.strategy], labels[pair.reference],
        said("grade", ""), said("comparator_today", ""), said("opponent", ""), said("lost_work", ""), holds,
        said("cell_therapy", "yes") != "no",
    )  # fmt: skip


def _lumps(outcomes: Outcomes, arms: tuple[str, str]) -> tuple[bool, bool]:
    """Whether each arm has a published lump that is not 0."""
    rows = [k for k, item in enumerate(outcomes.items) if item.kind == "cost" and item.category == LUMP]
    mine, other = (bool(outcomes.values[outcomes.strategies.index(arm), rows].any()) for arm in arms)
    return mine, other


def _concerns(row: "Evidence", pair: Pair) -> bool:
    """Whether a published figure is of this pair: its difference, or the total of either arm."""
    one, arms = row.published, (pair.strategy, pair.reference)
    if one.structure not in ("", pair.structure):
        return False
    return (one.strategy, one.against) == arms or (not one.against and one.strategy in (*arms, ""))


def _at_own_rates(outcomes: Outcomes, arms: tuple[str, str], by_sector: bool) -> dict[Bar, float]:
    """The mean increment of each bar in a run."""
    mine, other = (outcomes.strategies.index(arm) for arm in arms)
    found: dict[Bar, float] = {}
    for k, item in enumerate(outcomes.items):
        if item.kind == "cost":
            more = float((outcomes.values[mine, k] - outcomes.values[other, k]).mean())
            bar = bar_of(item, by_sector)
            found[bar] = found.get(bar, 0.0) + more
    return found


def _rates_of(model: "Model", book: "Book") -> str:
    """The model's own discount rates, of costs and effects."""
    found = rates_of(model.discount, book.settings)
    return " and ".join(_percent(found.get(kind), book) for kind in ("cost", "effect"))


def _percent(rate: "Rate | None", book: "Book") -> str:
    """A rate in per cent; a formula or a schedule as it is written.

    >>> from hecon.inputs.book import make_book
    >>> book = make_book("demo", [])
    >>> _percent("0.03", book), _percent("dr", book), _percent(((0, "0.03"), (30, "0.02")), book)
    ('3%', 'dr', '3%; from year 30 2%')
    """
    if rate is None:
        return ""
    if not isinstance(rate, str):
        return "; ".join(f"{f'from year {start:g} ' if start else ''}{_percent(one, book)}" for start, one in rate)
    text = f"{book.parameters[rate].value!r}" if rate in book.parameters else rate
    value = number(text)
    return rate if value is None else f"{100 * value:g}%"


def _product(drawn: Sequence[Outcomes], price: str, strategy: str, by_sector: bool) -> dict[Bar, tuple[float, float]]:
    """By bar the mean discounted units of a price that the strategy pays, and the mean money they cost; empty without a price."""
    try:
        declared = [part.price_parameter(price) for part in drawn]
    except HeconError:
        return {}
    draws = sum(part.draw.size for part in drawn)
    found: dict[Bar, tuple[float, float]] = {}
    for part, prices in zip(drawn, declared, strict=True):
        row = part.strategies.index(strategy)
        bars = {item.name: bar_of(item, by_sector) for item in part.items if item.kind == "cost"}
        for one in prices:
            units = np.broadcast_to(one.quantity[row], (part.draw.size,))
            used, paid = found.get(bars[one.item], (0.0, 0.0))
            more = float(units.sum()) / draws, float((prices[0].price * units).sum()) / draws
            found[bars[one.item]] = used + more[0], paid + more[1]
    return found
