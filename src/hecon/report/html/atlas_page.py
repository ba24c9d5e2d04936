"""The page of the atlas: every therapy of the project, whether it pays back, and what that rests on; no network is asked."""

from collections.abc import Sequence

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.figures.payback_figure import Step, payback_figure
from hecon.grid import Grid
from hecon.report.html.parts import Section, facts, folded, heading, listing, page, paragraph, picture, table
from hecon.results.atlas.build import Choices
from hecon.results.atlas.comparison import Comparison, only
from hecon.results.atlas.overall import overall, published_line
from hecon.results.atlas.sentences import sentences
from hecon.results.atlas.sheets import headroom
from hecon.results.atlas.tables import decisions, gains, horizons, lost_work, payback, published, summary
from hecon.results.atlas.waterfall import bars_shown, provenance, waterfall
from hecon.version import VERSION

TITLE = "Does it pay back? Cell and stem-cell based cancer immunotherapies, by cause"
_READ = (
    "Every amount is a difference per patient between a strategy and its comparator, discounted; below 0 is saved.",
    "Upfront is product and delivery of a strategy's whole protocol. A published lump that cannot be taken apart is 'not "
    "separable'; with it there is a second figure.",
    "Two channels are claimed to repay the upfront cost: fewer side effects, and less lost work (the patient's and carers' paid "
    "work, by the case's method). A share is given only where there is an extra upfront cost: its mean and over 95% of draws "
    "above 0.",
    "Work lost by three methods: illness alone, friction (one period per job), human capital (until retirement). They are never "
    "added.",
    "A bar is hatched where over half of its money rests on assumptions. No sentence summarises a hatched bar.",
    "'in the lump' is hidden in a published lump, not 0. 'none counted' means that the case has no such cost.",
    "What survivors consume stands apart and is in no total.",
)


def atlas_page(found: Sequence[Comparison], choices: Choices) -> str:
    """The whole page.

    >>> text = atlas_page([], Choices())
    >>> text.count("<section"), "http:" in text
    (3, False)
    """
    import matplotlib as mpl

    head = paragraph(overall(found), "answer") + facts([
        ("Comparisons", f"{len(found)} of {len({one.about.case for one in found})} cases"),
        ("Money", f"{choices.currency} {choices.price_year} where an index allows; else the case's own, apart"),
        ("Discount rates", f"{choices.rates} for amounts; the decision at the case's own"),
        ("Draws", f"{choices.draws:,}" if choices.draws else "none: base cases"),
        ("Made by", f"hecon {VERSION}"),
    ])  # fmt: skip
    told = [one for one in found if not one.exploratory]
    with mpl.rc_context({"text.parse_math": False}):  # a label with two dollar signs is no formula
        sections = [_summary(told), *map(_comparison, told), _headroom(found), _reading()]
    return page(TITLE, head, sections)


def _summary(found: Sequence[Comparison]) -> Section:
    common = [one for one in found if one.money.factor is not None]
    apart = [one for one in found if one.money.factor is None]
    body = table(summary(common))
    if apart:
        body += heading("In their own money, for want of an index") + table(summary(apart))
    return Section("summary", "In one table", body or paragraph("There is no comparison."))


def _comparison(one: Comparison) -> Section:
    about = one.about
    anchor = "".join(letter if letter.isalnum() else "-" for letter in one.name)
    how = f" ({one.money.how})" if one.money.how else ""
    money = one.money.printed if one.money.factor is None else f"{one.money.printed}, from {one.money.own}"
    lump = "; ".join(about.lump_holds)
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
        _table(waterfall([one])),
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
    """The table of one comparison, without the column that names it."""
    return table(grid.where("comparison", *dict.fromkeys(grid.column("comparison"))))


def _picture(one: Comparison) -> str:
    steps = [_step(bar.text, found, one.hatched(only(bar))) for bar, found in bars_shown(one)]
    total = one.amount(one.counted)
    unit = one.money.printed
    note = (
        f"{one.about.label} against {one.about.against}, society, discounted at {one.rates[1]}, lifetime"
        f"{f'; lost work by {one.method}' if one.method else ''}. 95% intervals of the draws in brackets."
    )
    figure = payback_figure(steps, _step("all costs of society", total, one.hatched(one.counted)), unit, note)
    words = "; ".join(f"{step.label} {step.words or f'{step.value:+,.0f}'}" for step in steps)
    return picture(figure, f"Waterfall of costs by cause: {words}; in total {total.mean:+,.0f} {unit}")


def _step(label: str, found: Estimate | str, assumed: bool) -> Step:
    if isinstance(found, str):
        return Step(label, words=found)
    return Step(label, found.mean, found.low, found.high, assumed)


def _headroom(found: Sequence[Comparison]) -> Section:
    grid = headroom(found)
    words = paragraph(grid.note) if grid.rows else paragraph("No case of this project is graded exploratory.")
    return Section("headroom", "Headroom: therapies of which too little is known", words + table(grid))


def _reading() -> Section:
    return Section("reading", "How to read this page", listing(_READ))
