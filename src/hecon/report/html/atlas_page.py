"""The page of the atlas: every therapy of the project, whether it pays back, and what that rests on; no network is asked."""

from collections.abc import Sequence
from dataclasses import replace

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.figures.payback_figure import Step, payback_figure
from hecon.figures.returns_figure import Returns, Share, returns_figure
from hecon.grid import Grid
from hecon.report.html.parts import Section, facts, folded, heading, listing, page, paragraph, picture, table
from hecon.results.atlas.atlas import Atlas
from hecon.results.atlas.causes import SIDE_EFFECTS
from hecon.results.atlas.comparison import Comparison, only, side_effects, upfront
from hecon.results.atlas.headroom import headroom_grid
from hecon.results.atlas.overall import overall, published_line
from hecon.results.atlas.payback import returned
from hecon.results.atlas.sentences import sentences
from hecon.results.atlas.tables import decisions, gains, horizons, lost_work, payback, published, summary
from hecon.results.atlas.waterfall import bars_shown, not_counted, provenance, waterfall
from hecon.results.headroom.grids import overview
from hecon.version import VERSION

_LEAST = 0.5  # money; a smaller bar is not drawn
TITLE = "Does it pay back? An atlas of therapies, by cause"
READ = (
    "Every amount is a difference per patient between a strategy and its comparator, discounted; below 0 is saved.",
    "Upfront is product and delivery of a strategy's whole protocol. A published lump that cannot be taken apart is 'not "
    "separable'; with it there is a second figure.",
    "Two channels are claimed to repay the upfront cost: fewer side effects, and less lost work (the patient's and carers' paid "
    "work, by the case's method). A share is given only where there is an extra upfront cost: its mean and over 95% of draws "
    "above 0.",
    "Upfront is the product and delivery of the whole protocol, whenever it is paid: drugs taken until progression are in it.",
    "Work lost by three methods: illness alone, friction (one period per job), human capital (until retirement). They are never "
    "added.",
    "A bar is hatched where over half of its money rests on assumptions. No sentence summarises a hatched bar.",
    "'in the lump' is hidden in a published lump, not 0. 'none counted' means that the case has no such cost.",
    "What survivors consume stands apart and is in no total.",
)


OTHERS = "No cell therapy: what cells must beat, and what the harm of transplantation costs"


def atlas_page(atlas: Atlas) -> str:
    """The whole page.

    >>> text = atlas_page(Atlas())
    >>> text.count("<section"), "http:" in text
    (3, False)
    """
    import matplotlib as mpl

    found, choices = atlas.comparisons, atlas.choices
    head = paragraph(overall(found), "answer") + facts([
        ("Comparisons", f"{len(found)}, and {len(atlas.headroom) + len(atlas.products)} rows of headroom"),
        ("Cases", f"{len(atlas.cases)}"),
        ("Money", f"{choices.currency} {choices.price_year} where an index allows; else the case's own, apart"),
        ("Discount rates", f"{choices.rates} for amounts; the decision at the case's own"),
        ("Draws", f"{choices.draws:,}" if choices.draws else "none: base cases"),
        ("Made by", f"hecon {VERSION}"),
    ])  # fmt: skip
    with mpl.rc_context({"text.parse_math": False}):  # a label with two dollar signs is no formula
        sections = [_summary(found), *map(_comparison, found), _headroom(atlas), _reading()]
    return page(TITLE, head, sections)


def _summary(found: Sequence[Comparison]) -> Section:
    common = [one for one in found if one.money.factor is not None]
    cells, others = ([one for one in common if one.about.cells is wanted] for wanted in (True, False))
    apart = [one for one in found if one.money.factor is None]
    body = _pair_of_tables(cells) if cells else ""
    for title, these in ((OTHERS, others), ("In their own money, for want of an index", apart)):
        body += heading(title) + _pair_of_tables(these) if these else ""
    costly = [one for one in found if one.filed and one.has_extra_cost()]
    if costly:
        words = (
            "Shares of the extra upfront cost that come back, with 95% intervals of the draws, for every comparison that has one. "
            "Hollow: over half of the money is assumed. At 100% the cost is covered."
        )
        alt = "; ".join(
            f"{one.label}: {part.text} {part.share.mean:.0%}" for one in map(_returns, costly) for part in one.parts
        )
        body = picture(returns_figure([_returns(one) for one in costly]), alt, words) + body
    return Section("summary", "In one table", body or paragraph("There is no comparison."))


def _pair_of_tables(found: Sequence[Comparison]) -> str:
    """The summary in two tables that a page has room for; one money for all stands in their titles."""
    whole, monies = summary(found), list(dict.fromkeys(one.money.printed for one in found))
    which = ("comparison",) if len(monies) == 1 else ("comparison", "money")
    said = f" ({monies[0]})" if len(monies) == 1 else ""
    money = ("upfront", "upfront_lump", "side_effects", "work", "p_both", "all_costs", "p_all")
    rest = ("work_illness", "work_friction", "work_human_capital", "subsequent", "later_cells", "qalys", "icer")
    first = replace(_columns(whole, (*which, *money)), title=f"What is paid, and what comes back{said}", note="")
    second = replace(
        _columns(whole, (*which, *rest)),
        title=f"Lost work by three methods, subsequent treatment, and the decision apart{said}",
    )
    return table(first) + table(second)


def _columns(grid: Grid, names: Sequence[str]) -> Grid:
    places = [[column.name for column in grid.columns].index(name) for name in names]
    rows = tuple(tuple(row[k] for k in places) for row in grid.rows)
    return replace(grid, columns=tuple(grid.columns[k] for k in places), rows=rows)


def _returns(one: Comparison) -> Returns:
    back = one.payback()
    cost = one.increment(upfront())
    everything = returned(cost, one.increment(one.counted) - cost)
    shares = (
        ("side effects", back.side_effects, side_effects),
        ("lost work", back.work, one.work),
        ("all offsets", everything, one.counted),
    )
    told = (row for row in shares if row[1] is not None and one.flows.rows(row[2]))
    parts = tuple(
        Share(text, share, one.hatched(chosen))
        for text, share, chosen in told
        if share is not None and not (text == SIDE_EFFECTS and one.hidden(SIDE_EFFECTS))
    )
    return Returns(f"{one.about.pair.strategy} v {one.about.pair.reference}, {one.about.case}", parts)


def _comparison(one: Comparison) -> Section:
    about = one.about
    anchor = "".join(letter if letter.isalnum() else "-" for letter in one.name)
    how = f" ({one.money.how})" if one.money.how else ""
    money = one.money.printed if one.money.factor is None else f"{one.money.printed}, from {one.money.own}"
    lump = "; ".join(about.lump_holds) if any(one.lumps) else ""
    parts = [
        facts([
            ("Decision", about.title),
            ("Compared", f"{about.label} with {about.against}"),
            ("Is that today's comparator?", about.comparator_today),
            ("Grade", about.grade),
            ("Money", f"{money}{how}"),
            ("Discount rates", f"{one.rates[1]} (the case's own: {one.rates[0]})"),
            ("Lost work", about.method),
            ("In the published lump", lump),
            ("First attack", about.opponent),
            ("What would reverse the sign", one.reversal),
            ("Published", published_line(one)),
        ]),
        listing(sentences(one)),
        _picture(one),
        _table(waterfall([one], every_cause=False)),
        paragraph(f"None counted: {'; '.join(not_counted(one))}." if not_counted(one) else "", "note"),
        _table(payback([one])),
        folded("Up to 1, 5 and 10 years", _table(horizons([one]))),
        folded("Lost work by every method", _table(lost_work([one]))),
        folded("The decision apart from payback", _table(decisions([one]))),
        folded("QALYs by cause", _table(gains([one]))),
        folded("Published figures beside ours", _table(published([one]))),
        folded("What each bar rests on", _table(provenance([one]))),
    ]  # fmt: skip
    return Section(anchor, one.name, "\n".join(filter(None, parts)))


def _table(grid: Grid) -> str:
    """The table of one comparison, without the column that names it; its money stands in the title."""
    grid = grid.where("comparison", *dict.fromkeys(grid.column("comparison")))
    if "money" in [column.name for column in grid.columns]:
        money = list(dict.fromkeys(grid.column("money")))
        said = f" ({money[0]})" if money else ""
        grid = replace(grid.where("money", *money), title=f"{grid.title}{said}")
    return table(grid)


def _picture(one: Comparison) -> str:
    shown = [(bar, found) for bar, found in bars_shown(one) if isinstance(found, str) or abs(found.mean) >= _LEAST]
    steps = [_step(bar.text, found, one.hatched(only(bar)), side_effects(bar) or one.work(bar)) for bar, found in shown]
    total = one.amount(one.counted)
    unit = one.money.printed
    note = (
        f"{one.about.label} against {one.about.against}, society, discounted at {one.rates[1]}, lifetime"
        f"{f'; lost work by {one.method}' if one.method else ''}. 95% intervals of the draws in brackets."
    )
    figure = payback_figure(steps, _step("all costs of society", total, one.hatched(one.counted)), unit, note)
    words = "; ".join(f"{step.label} {step.words or f'{step.value:+,.0f}'}" for step in steps)
    return picture(figure, f"Waterfall of costs by cause: {words}; in total {total.mean:+,.0f} {unit}")


def _step(label: str, found: Estimate | str, assumed: bool, channel: bool = False) -> Step:
    if isinstance(found, str):
        return Step(label, words=found, channel=channel)
    return Step(label, found.mean, found.low, found.high, assumed, channel=channel)


def _headroom(atlas: Atlas) -> Section:
    found = atlas.headroom
    words = "" if found or atlas.products else "No case of this project is graded exploratory."
    said = list(dict.fromkeys(one.against_today for one in found))
    today = [f"{one.label}: {one.against_today}" for one in found if one.against_today] if len(said) > 1 else said
    body = paragraph(words)
    if found:
        body += table(headroom_grid(found)) + folded("Today's comparators", listing(today))
    if atlas.products:
        body += table(overview(atlas.products))
        known = [
            f"{one.row.label}. Known: {one.row.known} What would have to be true: {one.row.needed}"
            for one in atlas.products
        ]
        body += folded("What is known, and what would have to be true", listing(known))
    return Section("headroom", "Headroom: therapies of which too little is known", body)


def _reading() -> Section:
    return Section("reading", "How to read this page", listing(READ))
