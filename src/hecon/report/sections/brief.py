"""What stands first in a report: what is at hand, what a reader must know, and the answer in brief."""

from collections import Counter

from hecon.analysis.cost_effectiveness.incremental import IncrementalTable
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable
from hecon.digits import money_text
from hecon.report.sections.parts import Chapter, Lines, Text, chapter
from hecon.results.analysis import Analysis
from hecon.results.checks import check_summary, items_left_out
from hecon.results.findings import DOUBTED, Findings
from hecon.results.jurisdiction_rules import told_rules


def brief(found: Findings) -> Chapter:
    """The answer in a few sentences, deterministic and probabilistic told apart.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> brief(Findings(study, (), None, (), (), None, (), (), {})).parts[0].lines[0]
    'Deterministic: b against a brings +1.00 QALYs and +2 currency units per patient (ICER: 2 currency units per QALY).'
    """
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
    return chapter("brief", "The answer in brief", [Text(answer, "answer"), Lines(tuple(parts))])


def notices(found: Findings) -> tuple[str, ...]:
    """What a reader must know before anything else: a draft, a scenario, checks that fail, items that do not count.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> notices(Findings(study, (), None, (), (), None, (), (), {}))
    ()
    """
    study, words = found.study, [draft_words(found)]
    if name := study.settings.scenario:
        label = study.book.scenarios[name].label if study.book and name in study.book.scenarios else ""
        words.append(f"This is scenario {name}{f': {label}' if label else ''}, not the base case.")
    words += [*check_summary(study.base, study.psa).failed, *items_left_out(study.base)]
    return tuple(filter(None, words))


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


def study_facts(study: Analysis, written: str = "") -> list[tuple[str, str]]:
    """What was analysed and how it is read, in words by what they are; empty where there is none.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> dict(study_facts(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a")))["Threshold"]
    '10 currency units per QALY'
    """
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
