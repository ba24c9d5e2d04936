"""The finders that are tried: by name, with what they search. A new tool gets one line in one of the three tables.

CASE searches a project with a model; ALONE a workbook and nothing else; COMPARED a workbook beside the model it was made from.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from finding import CaseFinder, Finding, WorkbookFinder

import hecon
from hecon.cases import made_of
from hecon.verification.workbook.verify import verify_file
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import read_package

_CELL = re.compile(r"(?:'[^']+'|\w+)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")
_NUMBER = re.compile(r"[0-9][0-9.,]*")
_WORD = re.compile(r"[A-Za-z_]\w*")
_ENGINE = ("the engine's base case", "the PSA's stored draw")  # checks that hold a number of the model's own run


def hecon_check(project: Path, name: str) -> list[Finding]:
    """`hecon check`: its faults and failed checks, and its notes, which only inform."""
    done = _hecon(project, "check", name)
    known = _names(project, name)
    told = [Finding(line, _named(line, known), fails=False) for line in done.stdout.splitlines() if line[:5] == "note:"]
    rows = [" ".join(line.split()) for line in done.stdout.splitlines() if line.split()[:1] == ["fails"]]
    faults = [line for line in done.stderr.splitlines() if line.strip()] if done.returncode else []
    return [*(Finding(line, _named(line, known)) for line in (*rows, *faults)), *told]


def hecon_verify(project: Path, name: str) -> list[Finding]:
    """`hecon verify`: what its tests find, at the places that each names; the same words with other numbers are not new."""
    known = _names(project, name)
    with chdir(project):
        try:
            certificate = hecon.verify(hecon.open_case(name))
        except hecon.HeconError as error:
            return [Finding(line, _named(line, known)) for line in str(error).splitlines()]
    return [
        Finding(_NUMBER.sub("#", f"{one.where}: {one.told}"), one.places, fails=one.verdict == "fails")
        for result in certificate.results
        for one in result.findings
    ]


def own_checks(workbook: Path, project: Path | None) -> list[Finding]:
    """What the workbook's own sheet Checks says after recalculation, but for totals of the engine that it stores."""
    return [one for one in _checks(workbook) if not any(word in one.words for word in _ENGINE)]


def verify_alone(workbook: Path, project: Path | None) -> list[Finding]:
    """`hecon verify FILE.xlsx`: what it finds; the places of a finding are its cells and the names in where it is."""
    return [
        Finding(str(one), tuple(filter(None, (one.cell, *one.where.split(", ")[1:]))), fails=one.verdict == "fails")
        for one in verify_file(workbook).found
    ]


def stored_totals(workbook: Path, project: Path | None) -> list[Finding]:
    """The checks that compare the workbook with totals of the engine that it stores."""
    return [one for one in _checks(workbook) if any(word in one.words for word in _ENGINE)]


def verify_workbook(workbook: Path, project: Path | None) -> list[Finding]:
    """`hecon verify-workbook`, in the base case and in modes, without other sets of inputs."""
    assert project is not None
    with chdir(project):  # where the cover's case is looked for
        made = made_of(workbook)
    certificate = verify(workbook, made, count=0, engine="formualizer", inputs=False)
    faults = [(test.name, fault) for test in certificate.findings if not test.passed for fault in test.faults or ("",)]
    return [
        Finding(f"{name}: {fault}", tuple(_CELL.findall(fault.partition(" in place of ")[0])[:1]))
        for name, fault in faults
    ]


CASE: Mapping[str, CaseFinder] = {"hecon check": hecon_check, "hecon verify": hecon_verify}
ALONE: Mapping[str, WorkbookFinder] = {"sheet Checks": own_checks, "hecon verify FILE.xlsx": verify_alone}
COMPARED: Mapping[str, WorkbookFinder] = {
    "totals stored in it": stored_totals,
    "hecon verify-workbook": verify_workbook,
}


@lru_cache(maxsize=4)  # two finders read the sheet, of the sound workbook and of the other
def _checks(workbook: Path) -> tuple[Finding, ...]:
    package = read_package(workbook)
    with TemporaryDirectory() as there:
        found = open_session(workbook, "formualizer", there, package).values({}, ["Checks"])["Checks"]
    cells, heads = package.sheets["Checks"], package.sheets["Checks"].words
    row, holds = next(place for place, word in sorted(heads.items()) if word.startswith("Holds"))
    value = next(column for (r, column), word in heads.items() if r == row and word == "Value")
    told = []
    for r in range(row + 1, cells.numbers.shape[0]):
        if (
            (r, holds) in cells.formulas
            and found.numbers[r, holds] != 1
            and found.words.get((r, value)) != "not reached"
        ):
            places = _CELL.findall(cells.formulas.get((r, value), ""))
            told.append(Finding(f"{heads.get((r, 0), '')} ({heads.get((r, 1), '')})", tuple(dict.fromkeys(places))))
    return tuple(told)


def _hecon(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(Path(hecon.__file__).parents[1]), "COLUMNS": "400"}
    command = [sys.executable, "-m", "hecon", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def _names(project: Path, name: str) -> set[str]:
    """The names of a case that a finding may mean: inputs, tables, scenarios, and what the model calls by a text."""
    inputs = project / "inputs" / name
    found = {
        line.split(",")[0] for file in inputs.glob("*.csv") for line in file.read_text(encoding="utf-8").splitlines()
    }
    found |= {file.stem for file in inputs.glob("*.csv")}
    model = (project / "models" / name / "model.py").read_text(encoding="utf-8")
    return found | set(re.findall(r'"(\w+)"', model)) | set(re.findall(r'"(\w+ -> \w+)"', model))


def _named(line: str, known: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in _WORD.findall(line) if word in known))
