"""Verify a workbook: recalculated elsewhere from spoiled results, every cell is the engine's, also under other inputs.

`verify` compares a file with what it was made of; `read_back` finds that for a file on its own.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from hecon.errors import HeconError
from hecon.report.folder import versions
from hecon.workbook.fill_in import fill_in
from hecon.workbook.read_back.read_control import cover
from hecon.workbook.sheets.certificate_sheet import certified
from hecon.workbook.sheets.certificate_sheet import digest as parts_of
from hecon.workbook.sheets.words import FINGERPRINT_SALTED, INPUT_FINGERPRINT, PROGRAM_FINGERPRINT
from hecon.workbook.stored.sheet import placeholders
from hecon.workbook.verify.certificate import Certificate, Finding, finding
from hecon.workbook.verify.expected import TOLERANCE, TOTAL_TOLERANCE, without_number
from hecon.workbook.verify.formula_runs import Runs, formula_runs
from hecon.workbook.verify.live_cells import live_cells
from hecon.workbook.verify.moving_inputs import moves_engine, moving_inputs
from hecon.workbook.verify.recalculate import engine_version, engines, need_engine, open_session
from hecon.workbook.verify.results import presented
from hecon.workbook.verify.same_model import of_another, other_program, other_shape
from hecon.workbook.verify.sets import Sets
from hecon.workbook.verify.stored_results import stored_results
from hecon.workbook.verify.structure_faults import edited, edited_numbers, formal_faults, uniformity, without_dependents
from hecon.workbook.verify.trial import Made, Trial, as_carried
from hecon.workbook.xlsx.package import Package, read_package

_PART = 10  # steps that are told for a part that takes as long as so many sets


def _silent(steps: int) -> None:
    """Steps that nobody is told of."""


def verify(
    path: str | Path,
    made: Made,
    *,
    count: int = 50,
    engine: str = "",
    seed: int = 1,
    inputs: bool | None = None,
    step: Callable[[int], None] = _silent,
) -> Certificate:
    """Compare every formula cell of a workbook with the engine, in the base case and under `count` other sets of inputs.

    The base case and what the sheets around the model show are recalculated in the whole workbook, with all its draws; the
    other sets in those of its formulas that the engine's cells rest on. `inputs` also asks of every input whether an outcome
    follows it: if not said, formualizer is asked and LibreOffice, which takes seconds for a recalculation, is not. `step` is
    called with the number of steps done, of `steps(count)` in all.

    Raises:
        HeconError: an engine that is unknown or not installed; a file that is no workbook.

    >>> verify("no_such.xlsx", Made(None, None, "payer", 1.0, "a"), engine="abacus")
    Traceback (most recent call last):
    hecon.errors.HeconError: cannot recalculate with 'abacus': the engines are formualizer and libreoffice
    """
    if not engine and not engines():
        raise HeconError(
            "nothing is installed that recalculates a workbook: pip install 'hecon[verify]' for formualizer, or install"
            " LibreOffice Calc"
        )
    engine = engine or engines()[0]
    need_engine(engine)
    with TemporaryDirectory() as there, _worker() as beside:
        folder = Path(there)
        given, fresh = Path(path), folder / "fresh.xlsx"
        if made.withheld:
            filled = fill_in(path, folder / "filled.xlsx", made.book)
            path = folder / "filled.xlsx"
        package = read_package(path)
        opening = beside.submit(open_session, path, engine, folder, package)
        begun = beside.submit(lambda: opening.result().values({}))
        made = replace(made, stored=placeholders(package))
        with of_another(given, cover(package).get(PROGRAM_FINGERPRINT, ""), made.model, made.book):
            layout = made.write(fresh)
        if made.withheld:
            fill_in(fresh, folder / "fresh_filled.xlsx", made.book)
            fresh = folder / "fresh_filled.xlsx"
        step(_PART)
        written = read_package(fresh, like=(path, package))
        shape = other_shape(package, written, layout)
        model = _same_model([*other_program(package, written), *shape])
        trial = Trial(as_carried(made), layout, package, written, opening.result(), folder)
        if shape:
            trial.notes.append(
                "no cell was compared: the workbook is of another model or of other settings, or lacks a sheet"
            )
            return _certificate(trial, engine, given, [model])
        runs = formula_runs(package)
        if any("[" in text for cells in package.sheets.values() for text in cells.formulas.values()):
            trial.notes.append("no cell was compared: a formula refers to another workbook, which is not here")
            return _certificate(trial, engine, given, [model, *_structural(trial, runs)])
        if made.stored:
            names = ", ".join(one.name for one in made.stored)
            trial.notes.append(f"{names}: values that the engine stored, not formulas; they are not recalculated")
        if made.withheld:
            trial.notes.append(f"filled in from the case: {', '.join(filled) or 'nothing, all was typed'}")
        live = folder / "live"
        live.mkdir()
        trial.live = open_session(path, engine, live, package, live_cells(package, layout, runs))
        findings = [model, *_structural(trial, runs)]
        wait([begun])  # what it cannot recalculate, the base case says
        findings += [_base_case(trial), stored_results(trial, given, engine)]
        step(_PART)
        sets = Sets(trial, count, seed, beside)
        sets.begin()
        shown = presented(trial, seed)
        step(2 * _PART)
        findings += [*sets.compare(step), shown]
        if inputs or (inputs is None and engine == "formualizer"):
            findings.append(moving_inputs(trial))
        elif inputs is None:
            trial.notes.append(
                f"whether every input moves an outcome was not asked: {engine} would take seconds for each"
            )
        findings += [_totals(trial)] if engine == "formualizer" else []
        return _certificate(trial, engine, given, findings)


def steps(count: int = 50) -> int:
    """How many steps `verify` tells of, with `count` other sets: one a set, and as many as the rest takes the time of.

    >>> steps()
    90
    """
    return count + 4 * _PART


@contextmanager
def _worker() -> Iterator[Executor]:
    """A thread beside this one; where this one stops, what is not begun there is left out."""
    executor = ThreadPoolExecutor(1)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _certificate(trial: Trial, engine: str, given: Path, findings: Sequence[Finding]) -> Certificate:
    """What the trial of a file came to."""
    tally, digest = trial.tally, sha256(given.read_bytes()).hexdigest()
    facts = cover(trial.package)
    marks = facts.get(INPUT_FINGERPRINT) or facts.get(FINGERPRINT_SALTED, ""), facts.get(PROGRAM_FINGERPRINT, "")
    return Certificate(
        given.name, trial.made.book.case, digest, versions()["hecon"], engine_version(engine), trial.layout.formulas,
        tally.cells, tally.worst, tally.where, tally.worst_total, trial.tried, tuple(trial.refused), tuple(findings),
        (*trial.notes, *_of_another(trial.package, given)), parts_of(given), *marks,
    )  # fmt: skip


def _same_model(faults: Sequence[str]) -> Finding:
    """Whether the workbook is of the model it is compared with."""
    good = "strategies, clocks, states, items and fingerprint are the model's"
    return Finding("the same model", not faults, "the workbook is of ANOTHER model" if faults else good, tuple(faults))


def _structural(trial: Trial, runs: Runs) -> list[Finding]:
    """What needs no recalculation: formulas, columns, functions, names, dependents."""
    changed = edited(trial.package, trial.fresh)
    broken = uniformity(trial.package, trial.layout, runs)
    numbers = edited_numbers(trial.package, trial.fresh)
    numberless = without_number(trial.layout, trial.base)
    formal = list(formal_faults(trial.package, trial.layout, bool(trial.made.withheld), numberless, runs))
    alone = without_dependents(trial.package, trial.layout, runs)
    moved = {name for name in alone if moves_engine(trial, name)}
    missed = [f"{name} moves the engine, and no formula reads it" for name in alone if name in moved]
    trial.notes += [f"{name} is declared and the model never uses it" for name in alone if name not in moved]
    return [
        finding("formulas", changed, "all are those of a fresh workbook of these inputs", "are not a fresh workbook's"),
        finding(
            "stored numbers",
            numbers,
            "draws, PSA and tornado are those of a fresh workbook",
            "are not a fresh workbook's",
        ),
        finding("one formula a column", broken, "every column of a clock holds one formula (R1C1)", "cells break it"),
        finding("functions, names, links", formal, "safe functions, legal names, no links, no errors", "faults"),
        finding("every input is read", missed, f"{len(trial.layout.inputs)} inputs", "inputs are not"),
    ]


def _base_case(trial: Trial) -> Finding:
    """Every cell in the base case, from a poisoned copy."""
    cells = trial.as_written()
    trial.compare(trial.session.values(cells, trial.sheets), cells, trial.base, 0, "base case")
    wrong = [str(one) for one in trial.tally.wrong]
    return finding(
        "base case",
        wrong,
        f"{trial.tally.cells:,} cells within {TOLERANCE:g}, the whole workbook recalculated{_with_draws(trial)}",
        "cells are not the engine's",
    )


def _with_draws(trial: Trial) -> str:
    return "" if trial.made.draws is None else f" with all {trial.made.draws.n:,} draws of its PSA"


def _of_another(package: Package, path: str | Path) -> list[str]:
    """What is to be known of a certificate that stands in the file."""
    named = certified(package)
    return ["its sheet Certificate is about other parts than it has now"] if named not in ("", parts_of(path)) else []


def _totals(trial: Trial) -> Finding:
    worst = trial.tally.worst_total
    faults = [f"a discounted total is off by {worst:.1e}"] if worst > TOTAL_TOLERANCE else []
    return finding(
        "discounted totals", faults, f"within {TOTAL_TOLERANCE:g}, the worst {worst:.1e}", f"over {TOTAL_TOLERANCE:g}"
    )
