"""The page of a case: one HTML file that holds every result with its pictures, and asks the network for nothing.

From the answer in brief through all analyses to assumptions, sources and what the page cannot say.
"""

from collections import Counter
from collections.abc import Sequence

from hecon.analysis.cost_effectiveness.incremental import IncrementalTable
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable
from hecon.digits import money_text, number_text
from hecon.grid import Cell, Column, Grid
from hecon.report.folder import versions
from hecon.report.html.parts import Section, facts, heading, listing, page, paragraph, table
from hecon.report.html.results import result_sections
from hecon.report.html.uncertainty import uncertainty_sections
from hecon.report.reported import curve_lines, reported_grid
from hecon.results.analysis import Analysis
from hecon.results.checks import check_summary, checks_grid, items_left_out
from hecon.results.findings import DOUBTED, Findings
from hecon.results.jurisdiction_rules import told_rules
from hecon.results.layouts.inputs import parameters_grid

_SOURCE = ("id", "citation", "place", "year", "country", "address")


def html_page(found: Findings, *, command: str = "", written: str = "") -> str:
    """The whole page; `command` made it, `written` is when.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("a<b", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> text = html_page(Findings(study, (), None, (), (), None, (), (), {}))
    >>> text.count("<section"), "<h1>a&lt;b</h1>" in text, "http:" in text
    (13, True, False)
    """
    study = found.study
    title = study.title or study.case
    draft = draft_words(found)
    head = [paragraph(draft, "notice")]
    if name := study.settings.scenario:
        label = study.book.scenarios[name].label if study.book and name in study.book.scenarios else ""
        head.append(paragraph(f"This is scenario {name}{f': {label}' if label else ''}, not the base case.", "notice"))
    notices = [*check_summary(study.base, study.psa).failed, *items_left_out(study.base)]
    head += [paragraph(line, "notice") for line in notices]
    head.append(facts(_facts(found, written)))
    import matplotlib as mpl

    with mpl.rc_context({"text.parse_math": False}):  # a label with two dollar signs is no formula
        return page(title, "\n".join(filter(None, head)), sections(found, command))


def sections(found: Findings, command: str = "") -> tuple[Section, ...]:
    """The sections in their order.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [one.anchor for one in sections(Findings(study, (), None, (), (), None, (), (), {}))][:3]
    ['brief', 'base-case', 'difference']
    """
    base, difference, price = result_sections(found)
    one_way, drawn, value, scenarios = uncertainty_sections(found)
    return (
        _brief(found), base, difference, one_way, drawn, value, price, scenarios, _checks(found), _assumptions(found),
        _sources(found), _limits(found), _about(found, command),
    )  # fmt: skip


def draft_words(found: Findings) -> str:
    """The banner while unverified or assumed inputs drive the result; "" when none does.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> draft_words(Findings(study, (), None, (), (), None, (), (), {}))
    ''
    """
    book, names = found.study.book, found.doubted
    if book is None or not names:
        return ""
    counts = Counter(book.parameters[name].provenance for name in names)
    kinds = " and ".join(
        f"{counts[kind]} {'assumed' if kind == 'assumption' else kind}" for kind in DOUBTED if counts[kind]
    )
    some = "; ".join(found.label(name) for name in names[:3])
    deciding = [found.label(name) for name in names if name in found.deciding]
    more = f"; and {len(deciding) - 5} more" if len(deciding) > 5 else ""
    alone = f" Able to change the decision alone: {'; '.join(deciding[:5])}{more}." if deciding else ""
    word = "input drives" if len(names) == 1 else "inputs drive"
    return f"DRAFT: {kinds} {word} the result, most of all {some}.{alone} Not for decisions until they are confirmed."


def _facts(found: Findings, written: str) -> list[tuple[str, str]]:
    study = found.study
    settings = study.book.settings if study.book else {}
    labels = (f"{label} ({name})" for name, label in zip(study.base.strategies, study.base.labels, strict=True))
    draws = "none" if study.psa is None else f"{study.psa.draw.size:,}"
    if study.draws is not None:
        draws += f", {study.draws.method}, seed {study.draws.seed}"
    return [
        ("Case", study.case),
        ("Jurisdiction", settings.get("jurisdiction", "")),
        ("Population", settings.get("population", "")),
        ("Strategies", "; ".join(labels)),
        ("Compared with", study.reference),
        ("Perspective", study.perspective),
        ("Threshold", study.threshold),
        ("Converted", f"to {study.money} {study.converted}" if study.converted else ""),
        ("Rules applied", "; ".join(told_rules(study.book)) if study.book else ""),
        ("Structure", study.settings.structure),
        ("Draws", draws),
        ("Inputs", f"fingerprint {study.book.fingerprint()}" if study.book else ""),
        ("Written", written),
    ]


def _brief(found: Findings) -> Section:
    """The answer in a few sentences, deterministic and probabilistic told apart."""
    study = found.study
    parts = [line for basis in map(study.pairwise, study.bases) for line in _compared(study, basis)]
    if len(study.base.strategies) > 2:
        parts += [_frontier(one) for one in map(study.incremental, study.bases)]
    answer = ""
    if study.psa is not None:
        at = study.at_threshold()
        best = int(at.best[0])
        answer = (
            f"With health valued at {money_text(study.wtp)} {study.money} per {study.effect_word}, {study.base.labels[best]} is "
            f"the best choice on average, with a probability of {at.ceac[best, 0]:.1%} of being so."
        )
    for one in found.differences:
        top = max(one.cost.parts, key=lambda part: abs(part.difference))
        parts.append(
            f"The largest part of the cost difference of {one.label}: {top.part}, {money_text(top.difference, '+')}."
        )
        parts += [one.years.text] if one.years and one.cost.total > 0 else []
    if first := found.product_prices:
        whose = f"{first[0].strategy} against {', '.join(first[0].against)}"
        rows = [row for one in first for row in one.rows if row.wtp == study.wtp and not row.basis.startswith("P(")]
        told = "; ".join(f"{row.basis}: {row.text}" for row in rows)
        parts.append(
            f"Worth paying for {found.label(first[0].price_parameter)} ({whose}), now {money_text(first[0].current)}: {told}."
        )
    return Section("brief", "The answer in brief", paragraph(answer, "answer") + listing(parts))


def _compared(study: Analysis, basis: PairwiseTable) -> list[str]:
    """Each strategy against the reference; of more than two, the ratios are those of the frontier."""
    lines = []
    for row in basis.rows:
        unit = "" if row.icer.value is None else f" {study.money} per {study.effect_word}"
        ratio = f" (ICER: {row.icer.text}{unit})" if len(study.base.strategies) == 2 else ""
        lines.append(
            f"{basis.basis.capitalize()}: {row.label} against {study.reference} brings {row.inc_effect.mean:+z,.2f} "
            f"{study.effect_word}s and {money_text(row.inc_cost.mean, '+')} {study.money} per patient{ratio}."
        )
    return lines


def _frontier(found: IncrementalTable) -> str:
    """The ratios along the frontier, each over the strategy before it, and what is off it."""
    on = "; ".join(f"{row.label} {row.icer.text}" for row in found.rows if row.status in ("ND", "equivalent"))
    off = "; ".join(f"{row.label} {row.icer.text}" for row in found.rows if row.status not in ("ND", "equivalent"))
    words = f"{found.basis.capitalize()} ICERs, each over the one before: {on}"
    return f"{words}. Off the frontier: {off}." if off else f"{words}."


def _checks(found: Findings) -> Section:
    base, psa = found.study.base, found.study.psa
    summary, reports = check_summary(base, psa), reported_grid(base, psa)
    body = listing([*summary.failed, *summary.notes, *curve_lines(base, psa), *(str(gap) for gap in found.study.gaps)])
    return Section("checks", "Checks", body + table(checks_grid(base)) + (table(reports) if reports.rows else ""))


def _assumptions(found: Findings) -> Section:
    """Choices of method, then every input that is neither read nor derived, with what it moves, widest first."""
    methods = Grid(
        "methods", "Structure and methods", (Column("what", "What"), Column("choice", "Choice")), found.methods
    )
    book, widths = found.study.book, found.widths
    named = book.parameters if book else {}
    chosen = [named[name] for name in found.used if named[name].provenance not in ("read", "derived")]
    rows: list[tuple[Cell, ...]] = [
        (
            one.label or one.name,
            f"{number_text(one.value, -4)} {one.unit}".strip(),
            one.provenance or "not stated",
            widths.get(one.name),
            "changes" if one.name in found.deciding else "",
            one.note,
        )
        for one in sorted(chosen, key=lambda one: -widths.get(one.name, 0.0))
    ]
    columns = (
        Column("input", "Input"),
        Column("value", "Value"),
        Column("provenance", "Provenance"),
        Column("width", "Moves INMB by", 0),
        Column("decision", "Decision"),
        Column("why", "Why"),
    )
    note = f"Moves INMB by: highest minus lowest over its range, deterministic ({found.study.money}); empty without a range."
    grid = Grid("assumptions", "Inputs that are neither read nor derived", columns, tuple(rows), note)
    return Section("assumptions", "Assumptions", table(methods) + table(grid))


def _sources(found: Findings) -> Section:
    """How many inputs of each provenance, every input with its source, and the sources."""
    book = found.study.book
    if book is None:
        return Section("sources", "Inputs and sources", paragraph("These results came without inputs."))
    counts = Counter(one.provenance or "not stated" for one in book.parameters.values())
    heads = tuple(Column(name, name.capitalize()) for name in _SOURCE)
    cited = tuple(tuple(str(getattr(one, name)) for name in _SOURCE) for one in book.sources.values())
    kinds = Grid("kinds", "Provenance", (Column("kind", "Provenance"), Column("n", "Inputs", 0)), tuple(counts.items()))
    body = table(kinds) + table(parameters_grid(book)) + table(Grid("sources", "Sources", heads, cited))
    return Section("sources", "Inputs and sources", body)


def _limits(found: Findings) -> Section:
    return Section("limits", "What this page cannot say", listing(_limit_words(found)))


def _limit_words(found: Findings) -> Sequence[str]:
    study = found.study
    lines = [
        "It is a picture of one run: change an input and the page is out of date. The fingerprint tells which inputs it shows.",
        "It says what follows from the model. Only outside evidence can show whether the model is right; other structures "
        "are covered only as far as the scenarios go.",
        "One-way results move one input and hold all others; they are no probabilities and miss what inputs do together.",
        "It says nothing of the budget, of who gains and who loses, or of prices that follow from negotiation elsewhere.",
    ]
    if study.book is not None and study.draws is not None:
        fixed = [name for name in found.used if name not in study.draws.names]
        lines.append(
            f"{len(fixed)} of {len(found.used)} inputs have no distribution and count as known; probabilities and "
            "values of information leave out what is not known of them."
        )
    if study.psa is None:
        lines.append("Nothing on it is probabilistic: it was written without draws.")
    refused = sum(1 for one in found.ranking if one.value is None)
    if refused:
        lines.append(f"The value of {refused} inputs is not shown, because no fit to the draws was good enough.")
    if found.doubted:
        lines.append(f"{len(found.doubted)} unverified or assumed inputs drive it; see Assumptions.")
    return lines


def _about(found: Findings, command: str) -> Section:
    """What is needed to make the page again."""
    body = facts([("Command", command), *versions().items()])
    return Section("about", "How it was made", heading("Versions") + body)
