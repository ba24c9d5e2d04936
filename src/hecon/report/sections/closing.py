"""What stands last in a report: its limits, and how it was made."""

from collections.abc import Sequence

from hecon.report.folder import versions
from hecon.report.sections.parts import Chapter, Lines, Table, chapter, facts_grid
from hecon.results.analysis import Analysis
from hecon.results.findings import Findings


def limits(found: Findings) -> Chapter:
    """What follows from the kind of analysis, and what was left out.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> limits(Findings(study, (), None, (), (), None, (), (), {})).title
    'What this report cannot say'
    """
    return chapter("limits", "What this report cannot say", [Lines(tuple(_limit_words(found)))])


def about(study: Analysis, command: str = "", written: str = "") -> Chapter:
    """What is needed to make the report again.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> about(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"), "hecon report demo").parts[0].grid.rows[0]
    ('Command', 'hecon report demo')
    """
    prints = (
        ("Inputs", study.input_fingerprint or ""),
        ("Model", study.program_fingerprint or ""),
        ("Written", written),
    )
    grid = facts_grid([("Command", command), *prints, *versions().items()], "about", "Versions", ("What", "Which"))
    return chapter("about", "How it was made", [Table(grid)])


def _limit_words(found: Findings) -> Sequence[str]:
    study = found.study
    lines = [
        "It is a picture of one run: change an input and it is out of date. The fingerprint tells which inputs it shows.",
        "It says what follows from the model. Only outside evidence can show whether the model is right; other structures "
        "are covered only as far as the scenarios go.",
        "One-way results move one input and hold all others; they are no probabilities and miss what inputs do together.",
        f"It says nothing of the budget{_who(study)}, or of prices that follow from negotiation elsewhere.",
    ]
    if study.book is not None and study.draws is not None:
        fixed = [name for name in found.used if name not in study.draws.names]
        lines.append(
            f"{len(fixed)} of {len(found.used)} inputs have no distribution and count as known; probabilities and "
            "values of information leave out what is not known of them."
        )
    if study.psa is None:
        lines.append("Nothing in it is probabilistic: it was written without draws.")
    refused = sum(1 for one in found.ranking if one.value is None)
    if refused:
        lines.append(f"The value of {refused} inputs is not shown, because no fit to the draws was good enough.")
    if found.doubted:
        lines.append(f"{len(found.doubted)} unverified or assumed inputs drive it; see Assumptions.")
    return lines


def _who(study: Analysis) -> str:
    """Who gains, where the case declares no groups."""
    return "" if study.book is not None and study.book.records.get("groups") else ", of who gains and who loses"
