"""The certificate of a verification: every test with its verdict, printed, as JSON, or as one HTML page."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hecon.grid import Column, Grid
from hecon.shown import Shown
from hecon.verification.verdict import FAILS, INFORMS, NOT, VERDICTS, Finding, Result
from hecon.version import VERSION

if TYPE_CHECKING:
    from hecon.report.sections.parts import Part

_SHOWN = 8  # findings of one test that a terminal shows


@dataclass(frozen=True, eq=False)
class Certificate(Shown):
    """What the tests of a structure of a case came to; `inputs` is the fingerprint of its inputs.

    >>> print(Certificate("demo", "", "abc", 1000, ()))
    demo: 0 tests: 0 fail, 0 inform, 0 pass, 0 do not apply (1,000 draws; inputs abc)
    """

    case: str
    structure: str
    inputs: str
    draws: int
    results: tuple[Result, ...]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Certificate of {self.case}: {self.summary}>"

    @property
    def passed(self) -> bool:
        """Whether no test fails."""
        return not self.counts[FAILS]

    @property
    def counts(self) -> dict[str, int]:
        """How many tests came to each verdict."""
        found = Counter(one.verdict for one in self.results)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def summary(self) -> str:
        """The counts in words."""
        fail, inform, ok, none = self.counts.values()
        return f"{len(self.results)} tests: {fail} fail, {inform} inform, {ok} pass, {none} do not apply"

    def of(self, name: str) -> Result:
        """The result of the test of that name."""
        return next(one for one in self.results if one.test.name == name)

    @property
    def failures(self) -> list[Finding]:
        """Every finding that fails, test by test."""
        return [one for result in self.results for one in result.findings if one.verdict == FAILS]

    def text(self, full: bool = False) -> str:
        """For a terminal: failures first, then what informs, then what passes and what does not apply; `full` cuts nothing."""
        about = f" (structure {self.structure})" if self.structure else ""
        lines = [f"{self.case}{about}: {self.summary} ({self.draws:,} draws; inputs {self.inputs[:12]})"]
        for verdict in VERDICTS[:2]:
            for one in (one for one in self.results if one.verdict == verdict):
                lines += [
                    "",
                    f"{verdict.upper() if verdict == FAILS else verdict}: {one.test.name} ({one.test.expected})",
                ]
                shown = one.findings if full else one.findings[:_SHOWN]
                lines += [f"  - {found}" for found in shown]
                more = len(one.findings) - len(shown)
                lines += [f"  and {more} more"] if more else []
        for verdict in VERDICTS[2:]:
            mine = [one for one in self.results if one.verdict == verdict]
            if mine:
                told = [f"{one.test.name} ({one.reason})" if one.reason else one.test.name for one in mine]
                lines += ["", f"{verdict}: {'; '.join(told)}"]
        return "\n".join(lines)

    def grid(self) -> Grid:
        """A row per test: domain, what was done, what was expected, the verdict with the first finding or the reason."""
        columns = tuple(
            Column(name, heading)
            for name, heading in (
                ("verdict", "Verdict"), ("test", "Test"), ("domain", "Domain"), ("change", "Change"),
                ("expected", "Expected"), ("told", "Found"),
            )
        )  # fmt: skip
        rows = tuple(
            (
                one.verdict.upper() if one.verdict == FAILS else one.verdict, one.test.name, one.test.domain, one.test.change,
                one.test.expected, one.reason or (f"{len(one.findings)}: {one.findings[0]}" if one.findings else ""),
            )
            for one in self.results
        )  # fmt: skip
        return Grid("verification", "Tests of the model", columns, rows)

    def findings_grid(self) -> Grid:
        """A row per finding: test, what was told, both numbers, formula and cell."""
        columns = (
            Column("verdict", "Verdict"), Column("test", "Test"), Column("where", "Where"), Column("told", "Found"),
            Column("got", "Is"), Column("wanted", "Expected"), Column("formula", "Formula"), Column("cell", "Cell"),
        )  # fmt: skip
        rows = tuple(
            (
                found.verdict, one.test.name, found.where, found.told, _plain(found.got), _plain(found.wanted), found.formula,
                found.cell,
            )
            for verdict in (FAILS, INFORMS)
            for one in self.results
            for found in one.findings
            if found.verdict == verdict
        )  # fmt: skip
        return Grid("findings", "Findings", columns, rows)

    @property
    def title(self) -> str:
        """What the certificate is of."""
        return f"Verification of {self.case}"

    def facts(self) -> list[tuple[str, str]]:
        """What was tested, with what, and what it came to, in words by what they are."""
        return [
            ("Case", self.case),
            ("Structure", self.structure),
            ("Tests", self.summary),
            ("Draws", f"{self.draws:,}"),
            ("Inputs", f"fingerprint {self.inputs}"),
            ("hecon", VERSION),
        ]

    def parts(self) -> "tuple[Part, ...]":
        """The certificate as parts of a document: what it came to, how to read it, a table of tests and one of findings."""
        from hecon.report.sections.parts import Table, Text, facts_grid

        about = facts_grid(self.facts(), "verified", "What was verified", ("What", "Which"))
        return Text(_READ), Table(about), Table(self.grid()), Table(self.findings_grid())

    def as_json(self) -> dict[str, Any]:
        """The certificate as plain values."""
        return {
            "case": self.case,
            "structure": self.structure,
            "inputs": self.inputs,
            "draws": self.draws,
            "hecon": VERSION,
            "passed": self.passed,
            "counts": self.counts,
            "tests": [
                {
                    "name": one.test.name,
                    "domain": one.test.domain,
                    "needs": one.test.needs,
                    "change": one.test.change,
                    "expected": one.test.expected,
                    "verdict": one.verdict,
                    "reason": one.reason,
                    "findings": [found.as_json() for found in one.findings],
                }
                for one in self.results
            ],
        }

    def html(self) -> str:
        """The certificate as one page that asks the network for nothing."""
        from hecon.report.html.parts import Section, facts, page, paragraph, table

        head = facts(self.facts())
        not_applied = sum(one.verdict == NOT for one in self.results)
        sections = [
            Section("tests", "Tests", "\n".join([paragraph(_READ), table(self.grid())])),
            Section("findings", "Findings", table(self.findings_grid())),
        ]
        return page(self.title, f"{head}{paragraph(f'{not_applied} tests do not apply.')}", sections)


_READ = (
    "A test that fails shows an error or what needs a reason in the README. One that informs shows what a sound model may show"
    " too. One that does not apply says what the model lacks. No list of tests proves a model right."
)


def _plain(x: float) -> str:
    return "" if x != x else f"{x:.6g}"
