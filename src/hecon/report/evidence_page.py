"""The evidence of a project as Markdown: docs/evidence.md is this text, and a test holds it to what the models give."""

from collections.abc import Sequence

from hecon.report.markdown import grid_table, plain, sections
from hecon.results.evidence.case_evidence import CaseEvidence, evidence_grid, summary_grid

_HEAD = """# Evidence: what was published, and what the models give

This page is generated: `hecon evidence --markdown --out docs/evidence.md --force`. A test finds it as the models give it.

Ours are base cases (deterministic, discounted, per patient) of the structure, scenario and perspective in brackets, or of
the case's own. A figure with a tolerance is a target: *within* says whether ours meets it. A figure without one is printed
beside ours and is no target. A difference from a published range is from its nearer end. Tags: *read* in the source,
*recalled* (the text was not opened), *derived* (computed from what was read)."""


def evidence_page(found: Sequence[CaseEvidence]) -> str:
    """The whole page; what is out of tolerance is said first.

    >>> print(evidence_page([CaseEvidence("demo", "A demo", "rebuilt", "", ())]).splitlines()[0])
    # Evidence: what was published, and what the models give
    """
    missed = [
        f"- `{one.case}`: {plain(row.published.what)} ({plain(row.published.study or 'no study named')})"
        for one in found
        for row in one.missed
    ]
    said = "\n".join(["Out of tolerance:", "", *missed]) if missed else "No target is out of tolerance."
    graded = "".join(f"\n\n{_case(one)}" for one in found)
    return sections(_HEAD, grid_table(summary_grid(found)), said) + graded + "\n"


def _case(one: CaseEvidence) -> str:
    grade = f"Grade: {one.grade}. " if one.grade else "Not graded. "
    money = f"Money in {one.money}. " if one.money else ""
    if not one.rows:
        return sections(f"## {one.case}", f"{plain(one.title)}. {grade}It has no published.csv.")
    grid = evidence_grid(one)
    return sections(f"## {one.case}", f"{plain(one.title)}. {grade}{money}{grid.note}", grid_table(grid))
