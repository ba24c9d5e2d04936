"""The certificate of a page: what was compared, how far the worst number was off, what was found wrong; as one page of text,
as JSON, and as the short record that stands in the page's footer.
"""

from dataclasses import dataclass
from typing import Any

from hecon.page.verify.compare import TOLERANCES
from hecon.workbook.verify.certificate import Finding

NOT_LIVE = (
    "the within-cycle method and the timing of discounting are the model's own: the page does not let them be changed",
    "tables are those of the inputs: the page does not let them be changed",
)
_SHOWN = 12  # faults that are listed; the rest are counted


@dataclass(frozen=True)
class PageCertificate:
    """What a verification of one page came to.

    `sha256` is of its printed model; `inputs` and `program` are the fingerprints in its data; `worst` is relative, as
    TOLERANCES says; `numbers` were compared over `sets` sets of inputs and `draws` draws.

    >>> one = PageCertificate("demo.html", "demo", "ab12", "0.1.0", "Node 18.0", 100, 2e-15, "total of cost, drug", 90, 1000, 3,
    ...                       (Finding("base case", True, "1 total"),), ())
    >>> one.passed, one.record()["words"]
    (True, 'equal to hecon 0.1.0 to 2.0e-15 in 90 sets of inputs and 1,000 draws (Node 18.0)')
    """

    file: str
    case: str
    sha256: str
    hecon: str
    engine: str
    numbers: int
    worst: float
    where: str
    sets: int
    draws: int
    refused: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    inputs: str = ""
    program: str = ""

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return all(one.passed for one in self.findings)

    def rows(self) -> list[tuple[str, str]]:
        """What and how much."""
        facts = [
            ("file", self.file),
            ("case", self.case),
            ("SHA-256 of its printed model", self.sha256),
            ("fingerprint of the inputs", self.inputs),
            ("fingerprint of the model", self.program),
            ("verified by", f"hecon {self.hecon}, the page's script run by {self.engine}"),
            ("numbers compared", f"{self.numbers:,}"),
            ("worst relative difference", f"{self.worst:.1e}" + (f" at {self.where}" if self.where else "")),
            ("differences are", TOLERANCES),
            ("sets of inputs", f"{self.sets:,}, and {self.draws:,} draws; {self.refused:,} more are refused by both"),
        ]
        return [(what, words) for what, words in facts if words] + [
            (one.name, ("passed: " if one.passed else "FAILED: ") + one.words) for one in self.findings
        ]

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

    def record(self) -> dict[str, Any]:
        """The short record that a page carries, with the sentence of its footer."""
        failed = sum(not one.passed for one in self.findings)
        over = f"{self.sets:,} sets of inputs and {self.draws:,} draws ({self.engine})"
        good = f"equal to hecon {self.hecon} to {self.worst:.1e} in {over}"
        words = good if self.passed else f"NOT VERIFIED: {failed} test{'' if failed == 1 else 's'} failed"
        return {
            "passed": self.passed, "words": words, "worst": self.worst, "sets": self.sets, "draws": self.draws,
            "hecon": self.hecon, "engine": self.engine, "sha256": self.sha256,
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """All of it, plain."""
        tests = [
            {"name": one.name, "passed": one.passed, "words": one.words, "faults": list(one.faults)}
            for one in self.findings
        ]
        return {
            "file": self.file, "case": self.case, "passed": self.passed, "sha256_of_model": self.sha256,
            "input_fingerprint": self.inputs, "program_fingerprint": self.program, "hecon": self.hecon,
            "engine": self.engine, "numbers_compared": self.numbers, "worst_relative_difference": self.worst,
            "worst_number": self.where, "sets": self.sets, "draws": self.draws, "refused": self.refused,
            "tests": tests, "notes": list(self.notes),
        }  # fmt: skip
