"""All tests of an executable workbook without its model, as one certificate; what several tests see is told once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hecon.errors import HeconError, nearest
from hecon.memory import without_collection
from hecon.verification.verdict import DOMAINS, Finding, Result, Test, judge
from hecon.verification.workbook import patterns, shown, submitted, texts
from hecon.verification.workbook.certificate import WorkbookCertificate
from hecon.verification.workbook.subject import WorkbookSubject, open_subject
from hecon.workbook.sheets.formulas_sheet import SHEET, checksum
from hecon.workbook.xlsx.references import spot

_INPUTS, _STATES, _RESULTS, _DRAWS, _ALL = DOMAINS
_ABOVE = "what it finds is told by other tests"
_CYCLE = "a sheet by cycle"
_LIST = f"the sheet {SHEET}"
_LOST = f"{_LIST}, lost or edited"

TESTS = (
    Test("formulas as submitted", _RESULTS, _LIST, "none", submitted.formulas_as_submitted),
    Test("numbers as submitted", _RESULTS, _LIST, "none", submitted.numbers_as_submitted),
    Test("names as submitted", _INPUTS, _LIST, "none", submitted.names_as_submitted),
    Test("sheets", _ALL, _LIST, "none", submitted.sheets_are_there),
    Test("no formulas added", _RESULTS, _LIST, "none", submitted.formulas_added),
    Test("the list is whole", _ALL, _LIST, "none", submitted.list_is_whole),
    Test("one formula in a column", _STATES, _CYCLE, "none", patterns.one_formula_a_column),
    Test("quantities are formulas", _STATES, "a page of the model", "none", patterns.quantities_are_formulas),
    Test("rows held fast", _STATES, _CYCLE, "none", patterns.rows_held_fast),
    Test("no other strategy's sheet", _STATES, _CYCLE, "none", patterns.no_other_strategy),
    Test("sums reach every row", _RESULTS, _CYCLE, "none", patterns.sums_reach_every_row),
    Test("as written in the model", _STATES, _LOST, "none", texts.as_written),
    Test("strategies alike", _STATES, _LOST, "none", texts.alike_in_strategies),
    Test("live inputs", _INPUTS, "the sheet Inputs", "none", patterns.live_inputs),
    Test("the workbook's own checks", _ALL, "the sheet Checks", "none", shown.own_checks),
    Test("inputs and choices", _INPUTS, _LIST, "none", submitted.inputs_and_choices),
    Test("texts as submitted", _ALL, _LIST, "none", submitted.texts_as_submitted),
)  # fmt: skip


def verify_file(
    file: str | Path, only: Sequence[str] = (), *, step: Callable[[int], None] | None = None
) -> WorkbookCertificate:
    """Verify an executable workbook without its model; `only` are names of tests, `step` is told of each that is done.

    Raises:
        InputError: a file that is no executable workbook of hecon.
        HeconError: an unknown test.

    >>> import tempfile
    >>> from hecon import open_case, write_workbook
    >>> from hecon.workbook.example import one_visit
    >>> file = Path(tempfile.mkdtemp()) / "demo.xlsx"
    >>> run = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> _ = write_workbook(run, file)
    >>> verify_file(file).passed
    True
    """
    return verify_subject(open_subject(file), Path(file).name, only, step=step)


@without_collection()
def verify_subject(
    subject: WorkbookSubject, name: str, only: Sequence[str] = (), *, step: Callable[[int], None] | None = None
) -> WorkbookCertificate:
    """Verify a workbook that was read, called `name`.

    Raises:
        HeconError: an unknown test.

    >>> from hecon.workbook.xlsx.package import Package
    >>> verify_subject(WorkbookSubject(Package({}, {}, ())), "demo.xlsx", ["live inputs"]).summary
    '1 tests: 0 fail, 0 inform, 0 pass, 1 do not apply'
    """
    known = [test.name for test in TESTS]
    unknown = [name for name in only if name not in known]
    if unknown:
        raise HeconError(f"there is no test '{unknown[0]}'{nearest(unknown[0], known)} (known: {', '.join(known)})")
    subject = submitted.settled(subject)
    results = []
    for test in TESTS:
        if only and test.name not in only:
            continue
        results.append(judge(test, subject))
        if step is not None:
            step(1)
    return WorkbookCertificate(name, "", checksum(subject.lines), subject.draws, tuple(told_once(results)))


def told_once(results: Sequence[Result]) -> Iterator[Result]:
    """Each cell in the first test that finds it, with the names of the others behind.

    >>> one, two = (Test(name, "overall", "", "none", list) for name in ("a", "b"))
    >>> found = [Result(test, "fails", findings=(Finding("odd", cell="S!B2:B9"),)) for test in (one, two)]
    >>> [(result.verdict, [str(finding) for finding in result.findings]) for result in told_once(found)]
    [('fails', ['odd (also found by: b); cell: S!B2:B9']), ('fails', [])]
    """
    kept: list[tuple[Result, list[Finding]]] = []
    also: dict[tuple[int, int], list[str]] = {}
    for result in results:
        mine: list[Finding] = []
        for one in result.findings:
            seen = next(
                ((k, j) for k, (_, some) in enumerate(kept) for j, other in enumerate(some) if _same(one, other)), None
            )
            if seen is None:
                mine.append(one)
            elif result.test.name not in also.setdefault(seen, []):
                also[seen].append(result.test.name)
        kept.append((result, mine))
    for k, (result, some) in enumerate(kept):
        told = tuple(
            replace(one, told=f"{one.told} (also found by: {', '.join(also[k, j])})") if (k, j) in also else one
            for j, one in enumerate(some)
        )
        yield replace(result, findings=told, reason=result.reason or (_ABOVE if result.findings and not told else ""))


def _same(one: Finding, other: Finding) -> bool:
    """Whether two findings share cells."""
    if "!" not in one.cell or "!" not in other.cell:
        return False
    a, b = spot(one.cell, ""), spot(other.cell, "")
    return a[0] == b[0] and a[1] <= b[3] and b[1] <= a[3] and a[2] <= b[4] and b[2] <= a[4]
