"""What a comparison comes to, in sentences made of its numbers; nothing that rests on assumed money is ever summarised."""

from collections.abc import Callable

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.digits import money_text
from hecon.grid import Flat
from hecon.results.atlas.causes import SIDE_EFFECTS, SUBSEQUENT, Bar
from hecon.results.atlas.comparison import Comparison, later_cells, side_effects, subsequent, upfront
from hecon.results.atlas.payback import Payback

NO_COST = "no extra upfront cost"
_NOTHING = 0.5  # money
_NOT_SAID = "over half of this money rests on assumptions, so it is not summarised"


def sentences(one: Comparison) -> tuple[str, ...]:
    """Upfront, the two channels, what they pay back, all offsets, and the decision.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> sentences(cells_v_care())[0]
    'Upfront: Cells costs 900 USD 2023 more than Care.'
    """
    return (*money_sentences(one), _decided(one))


def money_sentences(one: Comparison) -> tuple[str, ...]:
    """The sentences about money, in the money printed, at the common discount rates.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> money_sentences(cells_v_care())[1]
    'Care of side effects costs 400 USD 2023 less; 44% of the extra upfront cost comes back.'
    """
    if not one.filed:
        return ("The costs of this case are not filed by cause, so its upfront cost cannot be told.",)
    back = one.payback()
    found = [_upfront(one, back)]
    found += [
        _channel(one, SIDE_EFFECTS, "Care of side effects", side_effects, back.side_effects),
        _channel(one, "lost work", f"Lost work{f' ({one.method})' if one.method else ''}", one.work, back.work),
        _channel(one, SUBSEQUENT, "Subsequent treatment", subsequent, None),
    ]
    if back.side_effects is not None:
        found += [_both(one, back), _everything(one, back)]
    return tuple(filter(None, found))


def amount_text(found: Estimate, money: str) -> str:
    """A difference in words: "costs 5 EUR more (2 to 8)".

    >>> amount_text(Estimate(-5000.0, -8000.0, 2000.0), "EUR")
    'costs 5,000 EUR less (-8,000 to 2,000)'
    """
    if abs(found.mean) < _NOTHING:
        return "costs the same"
    limits = [] if found.low is None or found.high is None else [money_text(found.low), money_text(found.high)]
    interval = f" ({' to '.join(limits)})" if len(set(limits)) > 1 else ""
    return f"costs {money_text(abs(found.mean))} {money} {'more' if found.mean >= 0 else 'less'}{interval}"


def share_text(share: Estimate) -> str:
    """What comes back, in per cent of the extra upfront cost.

    >>> share_text(Estimate(0.052, 0.01, 0.09)), share_text(Estimate(-0.1))
    ('5% of the extra upfront cost comes back (1% to 9%)', 'nothing of the extra upfront cost comes back: 10% is added to it')
    """
    limits = "" if share.low is None or share.high is None else f"{share.low:z.0%} to {share.high:z.0%}"
    size = "under 1%" if 0 < abs(share.mean) < 0.005 else f"{abs(share.mean):.0%}"
    if share.mean >= 0:
        return f"{size} of the extra upfront cost comes back{f' ({limits})' if limits else ''}"
    text = f"nothing of the extra upfront cost comes back: {size} is added to it"
    return f"{text}{f' (returned: {limits})' if limits else ''}"


def chance_text(p: float) -> str:
    """A share of draws.

    >>> chance_text(0.0), chance_text(1.0), chance_text(0.004), chance_text(0.234)
    ('in no draw', 'in every draw', 'in under 1% of draws', 'in 23% of draws')
    """
    if p in (0.0, 1.0):
        return "in no draw" if p == 0 else "in every draw"
    return "in under 1% of draws" if p < 0.01 else f"in {min(p, 0.99):.0%} of draws"


def chance_cell(p: float | None) -> Flat:
    """A share of draws for a table; NO_COST where there is none.

    >>> chance_cell(0.234), chance_cell(None)
    ('23%', 'no extra upfront cost')
    """
    return (
        NO_COST if p is None else f"{p:.0%}" if p in (0.0, 1.0) or 0.01 <= p <= 0.99 else "<1%" if p < 0.01 else ">99%"
    )


def _upfront(one: Comparison, back: Payback) -> str:
    if one.hatched(upfront()):
        return f"Product and delivery: {_NOT_SAID}."
    money, whole = one.money.printed, one.amount(upfront(lump=True))
    lump = ""
    if abs(whole.mean - back.upfront.mean) >= _NOTHING and not one.hatched(upfront(lump=True)):
        lump = f" With published lumps that cannot be taken apart it {amount_text(whole, money)}."
    none = f" There is {NO_COST} to pay back." if back.side_effects is None else ""
    amount = amount_text(back.upfront, money)
    as_or_than = "as" if abs(back.upfront.mean) < _NOTHING else "than"
    return f"Upfront: {one.about.label} {amount} {as_or_than} {one.about.against}.{none}{lump}"


def _channel(one: Comparison, cause: str, words: str, chosen: Callable[[Bar], bool], share: Estimate | None) -> str:
    """One channel: its amount, and what it returns; nothing where the case has no such cost."""
    if cause == SIDE_EFFECTS and one.hidden(SIDE_EFFECTS):
        return f"{words}: in a published lump that cannot be taken apart."
    if one.outside(chosen):
        return f"{words.split(' (')[0]} is not counted from the perspective of {one.whose}."
    if not one.flows.rows(chosen):
        return f"No cost of {cause} is counted in this case."
    if one.hatched(chosen):
        return f"{words}: {_NOT_SAID}."
    cells = ""
    if cause == SUBSEQUENT and one.flows.rows(later_cells) and not one.hatched(later_cells):
        cells = f", of which cell therapy given later {amount_text(one.amount(later_cells), one.money.printed)}"
    returned = f"; {share_text(share)}" if share is not None and not one.hatched(upfront()) else ""
    more = " More of it is in a published lump that cannot be taken apart." if one.partly_hidden(cause) else ""
    return f"{words} {amount_text(one.amount(chosen), one.money.printed)}{cells}{returned}.{more}"


def _both(one: Comparison, back: Payback) -> str:
    if (
        one.hidden(SIDE_EFFECTS)
        or one.hatched(upfront())
        or one.hatched(side_effects)
        or one.hatched(one.work)
        or back.p_both is None
    ):
        return ""
    channels = "Side effects" if one.outside(one.work) else "Side effects and lost work together"
    return f"{channels} cover the extra upfront cost {chance_text(back.p_both)}."


def _everything(one: Comparison, back: Payback) -> str:
    if one.hatched(one.counted) or back.p_all is None:
        return ""
    years = one.years(all_offsets=True)
    when = (
        "on the mean of the draws it never is"
        if years.year is None
        else f"on the mean of the draws from year {years.year} on"
    )
    return f"With all offsets of {one.whose} it is covered {chance_text(back.p_all)}; undiscounted, {when}."


def _decided(one: Comparison) -> str:
    found, own = one.decision, one.money.own
    sure = (
        ""
        if found.p_best is None
        else f"; it is cost-effective {chance_text(found.p_best)} at {money_text(found.wtp)} per QALY"
    )
    ratio = f"{found.icer.text} {own} per QALY" if found.icer.value is not None else found.icer.text
    interval = "" if found.inc_effect.low is None else f" ({found.inc_effect.low:z.2f} to {found.inc_effect.high:z.2f})"
    more = "more" if found.inc_effect.mean >= 0 else "fewer"
    return (
        f"Apart from payback: {abs(found.inc_effect.mean):.2f} QALYs {more}{interval}, {ratio} ({found.perspective} "
        f"perspective, the case's own discount rates){sure}."
    )
