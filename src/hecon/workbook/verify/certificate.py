"""The certificate of a verification: what was compared, how far the worst cell was off, what was found wrong.

As one page of text, as JSON, and as rows for a sheet.
"""

from dataclasses import dataclass
from typing import Any

from hecon.workbook.verify.expected import TOLERANCES

_SHOWN = 12  # faults that are listed; the rest are counted


@dataclass(frozen=True)
class Finding:
    """One test: what it asks, whether it passed, what it came to, and the faults it found."""

    name: str
    passed: bool
    words: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """What a verification of one file came to.

    `sha256` is of the file, `parts` of all its parts but a certificate's own; `inputs` and `program` are the fingerprints
    on its cover. `worst` and `worst_total` are relative
    differences, of any cell and of the discounted totals, as TOLERANCES says.

    >>> one = Certificate("demo.xlsx", "demo", "ab12", "0.1.0", "formualizer 0.13.0", 100, 300, 2e-15, "A!B2 (base case)", 0.0,
    ...                   2, (), (Finding("formulas", True, "all are the twin's own"),), ())
    >>> one.passed, one.rows()[0], print(one.text().splitlines()[0])
    demo.xlsx: verified
    (True, ('file', 'demo.xlsx'), None)
    """

    file: str
    case: str
    sha256: str
    hecon: str
    engine: str
    formulas: int
    cells: int
    worst: float
    where: str
    worst_total: float
    perturbations: int
    refused: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    parts: str = ""
    inputs: str = ""
    program: str = ""

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return all(one.passed for one in self.findings)

    def rows(self) -> list[tuple[str, str]]:
        """What and how much, for a sheet of two columns."""
        facts = [
            ("file", self.file),
            ("case", self.case),
            ("SHA-256 of the file", self.sha256),
            ("SHA-256 of its parts", self.parts),
            ("fingerprint of the inputs", self.inputs),
            ("fingerprint of the model", self.program),
            ("verified by", f"hecon {self.hecon}, recalculated by {self.engine}"),
            ("formulas", f"{self.formulas:,}"),
            ("cells compared", f"{self.cells:,}"),
            ("worst relative difference", f"{self.worst:.1e}" + (f" at {self.where}" if self.where else "")),
            ("worst of the totals", f"{self.worst_total:.1e}"),
            ("differences are", TOLERANCES),
            ("sets of inputs", f"the base case and {self.perturbations} others"),
        ]
        facts = [(what, words) for what, words in facts if words]
        return facts + [(one.name, ("passed: " if one.passed else "FAILED: ") + one.words) for one in self.findings]

    def text(self) -> str:
        """One page."""
        lines = [f"{self.file}: {'verified' if self.passed else 'NOT VERIFIED'}", ""]
        lines += [f"  {name:28s} {words}" for name, words in self.rows()[1:]]
        for one in self.findings:
            if one.faults:
                lines += ["", f"{one.name}:"]
                lines += [f"  - {fault}" for fault in one.faults[:_SHOWN]]
                lines += [f"  and {len(one.faults) - _SHOWN:,} more"] if len(one.faults) > _SHOWN else []
        lines += ["", *(f"note: {note}" for note in self.notes)] if self.notes else []
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """All of it, plain."""
        tests = [
            {"name": one.name, "passed": one.passed, "words": one.words, "faults": list(one.faults)}
            for one in self.findings
        ]
        return {
            "file": self.file, "case": self.case, "passed": self.passed, "sha256": self.sha256,
            "sha256_of_parts": self.parts, "input_fingerprint": self.inputs, "program_fingerprint": self.program,
            "hecon": self.hecon,
            "engine": self.engine, "formulas": self.formulas, "cells_compared": self.cells,
            "worst_relative_difference": self.worst, "worst_cell": self.where, "worst_total": self.worst_total,
            "perturbations": self.perturbations, "refused": list(self.refused), "tests": tests, "notes": list(self.notes),
        }  # fmt: skip
