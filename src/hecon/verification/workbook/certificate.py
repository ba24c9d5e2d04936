"""The certificate of a workbook that was verified without its model: what fails, the gravest first, then what only informs."""

from collections.abc import Sequence
from dataclasses import dataclass

from hecon.verification.certificate import Certificate
from hecon.verification.verdict import FAILS, INFORMS, VERDICTS, Finding

_SHOWN = 10


@dataclass(frozen=True, eq=False)
class WorkbookCertificate(Certificate):
    """What the tests of a workbook came to; `inputs` is the checksum of the list of its formulas.

    >>> print(WorkbookCertificate("demo.xlsx", "", "abc", 20, ()))
    demo.xlsx: 0 tests: 0 fail, 0 inform, 0 pass, 0 do not apply (list of formulas: checksum abc)
    """

    def text(self, full: bool = False) -> str:
        """For a terminal: at most ten findings that fail and ten that inform, each with the test that found it."""
        lines = [f"{self.case}: {self.summary} (list of formulas: checksum {self.inputs})"]
        for verdict in (FAILS, INFORMS):
            told = [
                (result.test.name, one)
                for result in self.results
                for one in result.findings
                if one.verdict == verdict
            ]  # fmt: skip
            shown = told if full else told[:_SHOWN]
            lines += ["", f"{verdict.upper() if verdict == FAILS else verdict}:"] if told else []
            lines += [_line(k, name, one) for k, (name, one) in enumerate(shown, start=1)]
            lines += [f"  and {len(told) - len(shown)} more (--full prints all)"] if len(told) > len(shown) else []
        for verdict in VERDICTS[2:]:
            mine = [one for one in self.results if one.verdict == verdict]
            names = [f"{one.test.name} ({one.reason})" if one.reason else one.test.name for one in mine]
            lines += ["", f"{verdict}: {'; '.join(names)}"] if mine else []
        return "\n".join(lines)

    @property
    def found(self) -> Sequence[Finding]:
        """Every finding, those that fail first."""
        told = [one for result in self.results for one in result.findings]
        return sorted(told, key=lambda one: one.verdict != FAILS)


def _line(k: int, test: str, one: Finding) -> str:
    place = f"{one.cell} ({one.where})" if one.cell and one.where else one.cell or one.where
    formula = f"; as written in the model: {one.formula[:150]}" if one.formula else ""
    return f"  {k}. {place}: {one.told}{formula} [{test}]"
