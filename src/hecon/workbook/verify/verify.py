"""Verify a workbook: recalculated elsewhere from spoiled results, every cell is the engine's, also under other inputs.

`verify` compares a file with what it was made of; `read_back` finds that for a file on its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from hecon.errors import HeconError
from hecon.report.folder import versions
from hecon.workbook.fill_in import fill_in
from hecon.workbook.pages.beyond import dated, horizons_before
from hecon.workbook.pages.page import letters
from hecon.workbook.read_back.read_control import cover
from hecon.workbook.sheets.certificate_sheet import certified
from hecon.workbook.sheets.certificate_sheet import digest as parts_of
from hecon.workbook.sheets.control import MODES
from hecon.workbook.sheets.words import FINGERPRINT_SALTED, INPUT_FINGERPRINT, PROGRAM_FINGERPRINT
from hecon.workbook.stored.sheet import placeholders
from hecon.workbook.verify.certificate import Certificate, Finding
from hecon.workbook.verify.expected import TOLERANCE, TOTAL_TOLERANCE, off, without_number
from hecon.workbook.verify.perturbation import batches, turned_switches
from hecon.workbook.verify.recalculate import engine_version, engines, open_session
from hecon.workbook.verify.results import moves_engine, moving_inputs, presented
from hecon.workbook.verify.same_model import of_another, other_program, other_shape
from hecon.workbook.verify.structure_faults import edited, edited_numbers, formal_faults, uniformity, without_dependents
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.xlsx.package import Package, read_package

_STORED = 1e-9  # relative: what another program stored, against what is recalculated now
_LEAST = 1e-7  # and absolute, for differences of large sums
_SWUNG = 3  # inputs tried in mode one-way


def verify(
    path: str | Path, made: Made, *, count: int = 50, engine: str = "", seed: int = 1, inputs: bool | None = None
) -> Certificate:
    """Compare every formula cell of a workbook with the engine, in the base case and under `count` other sets of inputs.

    `inputs` also asks of every input whether an outcome follows it, which takes a recalculation each: if not said, formualizer
    is asked and LibreOffice, which takes seconds for each, is not.

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
    with TemporaryDirectory() as there:
        folder = Path(there)
        given, fresh = Path(path), folder / "fresh.xlsx"
        if made.withheld:
            filled = fill_in(path, folder / "filled.xlsx", made.book)
            path = folder / "filled.xlsx"
        session = open_session(path, engine, folder)
        package = read_package(path)
        made = replace(made, stored=placeholders(package))
        with of_another(given, cover(package).get(PROGRAM_FINGERPRINT, ""), made.model, made.book):
            layout = made.write(fresh)
        if made.withheld:
            fill_in(fresh, folder / "fresh_filled.xlsx", made.book)
            fresh = folder / "fresh_filled.xlsx"
        trial = Trial(made, layout, package, read_package(fresh), session, folder)
        shape = other_shape(package, trial.fresh, layout)
        model = _same_model([*other_program(package, trial.fresh), *shape])
        if shape:
            trial.notes.append(
                "no cell was compared: the workbook is of another model or of other settings, or lacks a sheet"
            )
            return _certificate(trial, engine, given, [model])
        if any("[" in text for cells in package.sheets.values() for text in cells.formulas.values()):
            trial.notes.append("no cell was compared: a formula refers to another workbook, which is not here")
            return _certificate(trial, engine, given, [model, *_structural(trial)])
        if made.stored:
            names = ", ".join(one.name for one in made.stored)
            trial.notes.append(f"{names}: values that the engine stored, not formulas; they are not recalculated")
        if made.withheld:
            trial.notes.append(f"filled in from the case: {', '.join(filled) or 'nothing, all was typed'}")
        findings = [
            model,
            *_structural(trial),
            _base_case(trial),
            _stored(trial, given, engine),
            _other_inputs(trial, count, seed),
            _modes(trial, seed),
        ]
        findings.append(presented(trial, seed))
        if inputs or (inputs is None and engine == "formualizer"):
            findings.append(moving_inputs(trial))
        elif inputs is None:
            trial.notes.append(
                f"whether every input moves an outcome was not asked: {engine} would take seconds for each"
            )
        findings += [_totals(trial)] if engine == "formualizer" else []
        return _certificate(trial, engine, given, findings)


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


def _structural(trial: Trial) -> list[Finding]:
    """What needs no recalculation: formulas, columns, functions, names, dependents."""
    changed = edited(trial.package, trial.fresh)
    broken = uniformity(trial.package, trial.layout)
    numbers = edited_numbers(trial.package, trial.fresh)
    numberless = without_number(trial.layout, trial.engine(trial.made.book.base()))
    formal = list(formal_faults(trial.package, trial.layout, bool(trial.made.withheld), numberless))
    alone = without_dependents(trial.package, trial.layout)
    missed = [f"{name} moves the engine, and no formula reads it" for name in alone if moves_engine(trial, name)]
    trial.notes += [
        f"{name} is declared and the model never uses it" for name in alone if not moves_engine(trial, name)
    ]
    return [
        _finding("formulas", changed, "all are those of a fresh twin of these inputs", "are not the twin's"),
        _finding("stored numbers", numbers, "draws, PSA and tornado are those of a fresh twin", "are not the twin's"),
        _finding("one formula a column", broken, "every column of a clock holds one formula (R1C1)", "cells break it"),
        _finding("functions, names, links", formal, "safe functions, legal names, no links, no errors", "faults"),
        _finding("every input is read", missed, f"{len(trial.layout.inputs)} inputs", "inputs are not"),
    ]


def _base_case(trial: Trial) -> Finding:
    """Every cell in the base case, from a poisoned copy."""
    trial.against(trial.as_written(), trial.engine(trial.made.book.base()), 0, "base case")
    wrong = [str(one) for one in trial.tally.wrong]
    return _finding(
        "base case",
        wrong,
        f"{trial.tally.cells:,} cells within {TOLERANCE:g}",
        "cells are not the engine's",
    )


def _stored(trial: Trial, given: Path, engine: str) -> Finding:
    """The results stored in the file are those of its recalculation; of a confidential one, before it is filled in."""
    wrong = []
    package, session = trial.package, trial.session
    if trial.made.withheld:
        there = trial.folder / "given"
        there.mkdir()
        package, session = read_package(given), open_session(given, engine, there)
    found = session.values({})
    for name, cells in package.sheets.items():
        now = found[name]
        for place in cells.formulas:
            if place in cells.errors and place in now.errors and trial.made.withheld:
                continue
            word, new_word = cells.words.get(place, ""), now.words.get(place, "")
            one, other = cells.numbers[place], now.numbers[place]
            near = abs(one - other) <= _LEAST or off(np.array([other]), np.array([one]))[0] <= _STORED
            if word != new_word or not (near or bool(word)):
                was, is_now = word or f"{one:.12g}", now.errors.get(place) or new_word or f"{other:.12g}"
                wrong.append(f"{name}!{letters(place[1])}{place[0] + 1} stores {was}, recalculated it is {is_now}")
    count = sum(len(cells.formulas) for cells in package.sheets.values())
    return _finding("stored results", wrong, f"{count:,} cells hold what recalculation gives", "cells do not")


def _other_inputs(trial: Trial, count: int, seed: int) -> Finding:
    """Every cell under other inputs, tables and switches."""
    made, twin = trial.made, trial.layout.twin
    already = len(trial.tally.wrong)
    years = [block.clock.cycles / block.clock.per_year for block in twin.program.blocks if block.clock]
    before = horizons_before(twin.program.blocks, [time for time, _ in dated(twin)])
    switches = turned_switches(made.book.settings, made.model, twin.open.offered, min(years, default=0.0), before)
    turned: dict[str, None] = {}
    used = tuple(trial.layout.inputs)
    for batch in batches(made.book, used, sorted(twin.tables.used), switches, count, seed) if count else []:
        for inputs, values, k in trial.sets(batch):
            trial.tried += 1
            what = f"inputs {trial.tried}" + "".join(f", {name} {x}" for name, x in batch.switches.items())
            trial.against(trial.typed(inputs, batch.switches, batch.draws.book), values, k, what)
            turned |= {f"{name} {x}": None for name, x in batch.switches.items()}
            if not batch.switches and len(trial.points) < _SWUNG:
                trial.points.append(inputs)
    trial.notes += [f"inputs the engine refuses were left out: {one}" for one in dict.fromkeys(trial.refused)]
    wrong = [*(str(one) for one in trial.tally.wrong[already:]), *_refusals(trial, switches if count else [])]
    told = f"{trial.tried} sets; switches turned: {', '.join(turned) or 'none'}"
    return _finding("other inputs", wrong, told, "cells are not the engine's")


def _refusals(trial: Trial, switches: Sequence[Mapping[str, Any]]) -> list[str]:
    """Switches under which the engine refuses the base case and the workbook shows totals as if nothing were wrong."""
    faults, book = [], trial.made.book
    for turned in switches:
        if "settings" not in turned:
            continue
        settings = {**book.settings, **turned["settings"]}
        try:
            trial.engine(replace(book, settings=settings).base(), settings)
        except HeconError as error:
            typed = {name: choice for name, choice in turned.items() if name != "settings"}
            found = trial.session.values(trial.typed({}, typed))
            places = [place for (what, _), place in trial.layout.results.items() if what in ("cost", "qaly")]
            totals = [found[sheet].numbers[row, column] for sheet, row, column in places]
            if np.isfinite(totals).all():
                said = ", ".join(f"{name} {choice}" for name, choice in typed.items())
                faults.append(f"{said}: the engine refuses ({str(error).splitlines()[0][:200]}), the workbook does not")
    return faults


def _modes(trial: Trial, seed: int) -> Finding:
    """Control's modes: a draw of the PSA, and single inputs at their high, as the engine has them."""
    made, book = trial.made, trial.made.book
    before = len(trial.tally.wrong)
    random = np.random.default_rng(seed + 2)
    tried = []
    if made.draws is not None:
        k = int(random.integers(0, min(made.draws.n, 1000)))
        values = trial.engine(made.draws.take(slice(k, k + 1)))
        trial.against(trial.typed({}, {"mode": MODES[1], "draw": float(k + 1)}), values, 0, f"PSA draw {k + 1}")
        tried.append(f"PSA draw {k + 1}")
    swung = [name for name in trial.layout.inputs if book.parameters[name].low < book.parameters[name].high]
    one_way = book.one_way()
    for name in random.permutation(swung)[:_SWUNG].tolist():
        column = 2 + 2 * one_way.names.index(name)
        try:
            values = trial.engine(one_way.take(slice(column, column + 1)))
        except HeconError as error:
            trial.notes.append(f"{name} at its high is refused by the engine: {str(error).splitlines()[0][:200]}")
            continue
        cells = trial.typed({}, {"mode": MODES[2], "one_way": name, "side": "high"})
        trial.against(cells, values, 0, f"one-way, {name} high")
        tried.append(f"{name} at its high")
    wrong = [str(one) for one in trial.tally.wrong[before:]]
    return _finding("modes", wrong, "; ".join(tried) or "none to try", "cells are not the engine's")


def _of_another(package: Package, path: str | Path) -> list[str]:
    """What is to be known of a certificate that stands in the file."""
    named = certified(package)
    return ["its sheet Certificate is about other parts than it has now"] if named not in ("", parts_of(path)) else []


def _finding(name: str, faults: Sequence[str], good: str, bad: str) -> Finding:
    """A test's outcome: passed where it has no faults."""
    return Finding(name, not faults, f"{len(faults):,} {bad}" if faults else good, tuple(faults))


def _totals(trial: Trial) -> Finding:
    worst = trial.tally.worst_total
    faults = [f"a discounted total is off by {worst:.1e}"] if worst > TOTAL_TOLERANCE else []
    return _finding(
        "discounted totals", faults, f"within {TOTAL_TOLERANCE:g}, the worst {worst:.1e}", f"over {TOTAL_TOLERANCE:g}"
    )
