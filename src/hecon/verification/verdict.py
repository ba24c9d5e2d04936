"""What a test of a model found: findings with both numbers, the formula and the cell, and the verdict they add up to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hecon.verification.subject import Subject
    from hecon.verification.workbook.subject import WorkbookSubject

PASSES, FAILS, INFORMS, NOT = "passes", "fails", "informs", "does not apply"
VERDICTS = (FAILS, INFORMS, PASSES, NOT)
DOMAINS = ("inputs", "events and states", "results", "uncertainty", "overall")  # TECH-VER (Buyukkaramikli 2019)


class DoesNotApplyError(Exception):
    """A model has not what a test needs; the message says what is missing."""


@dataclass(frozen=True)
class Finding:
    """One thing a test found: `got` where `wanted` was expected, at `where`, by `formula`, from the cells `cell`.

    `verdict` is "fails", or "informs" where a sound model may show it too. `places` are the names to look at first, in order of
    suspicion: items, formulas, transitions, inputs.

    >>> print(Finding("the trace does not add up to 1", "strategy a, row 3", got=0.9, wanted=1.0, formula="p_die"))
    strategy a, row 3: the trace does not add up to 1; it is 0.9, expected 1; formula: p_die
    """

    told: str
    where: str = ""
    got: float = nan
    wanted: float = nan
    formula: str = ""
    cell: str = ""
    verdict: str = FAILS
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        numbers = "" if isnan(self.got) else f"; it is {_number(self.got, self.wanted)}"
        numbers += "" if isnan(self.wanted) else f", expected {self.wanted:.6g}"
        parts = [f"{f'{self.where}: ' if self.where else ''}{self.told}{numbers}"]
        parts += [f"formula: {_short(self.formula)}"] if self.formula else []
        parts += [f"cell: {self.cell}"] if self.cell else []
        parts += [f"look at: {', '.join(self.places)}"] if self.places else []
        return "; ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Plain values; a number that is not given is null."""
        numbers = {name: None if isnan(x) else x for name, x in (("got", self.got), ("wanted", self.wanted))}
        texts = {"told": self.told, "where": self.where, "formula": self.formula, "cell": self.cell}
        return {"verdict": self.verdict, **texts, **numbers, "places": list(self.places)}


@dataclass(frozen=True)
class Test:
    """A row of the table of tests: `needs` is what a model must have, `change` what is done to it."""

    __test__ = False  # pytest takes no class of this name for its own

    name: str
    domain: str
    needs: str
    change: str
    find: Callable[[Any], Iterable[Finding]]  # of a `Subject`, or of a `WorkbookSubject`

    @property
    def expected(self) -> str:
        """What must follow: the first line of its function."""
        return (self.find.__doc__ or "").strip().splitlines()[0].rstrip(".")


@dataclass(frozen=True)
class Result:
    """A test as it came out: its verdict, the reason where it does not apply, its findings."""

    test: Test
    verdict: str
    reason: str = ""
    findings: tuple[Finding, ...] = ()


def judge(
    test: Test, subject: "Subject | WorkbookSubject | None", place: Callable[[Finding], Finding] = lambda one: one
) -> Result:
    """Run one test: it fails by its worst finding, passes without any, and does not apply where the model lacks what it needs.

    `place` says of a finding where to look.

    >>> def lacking(subject):
    ...     raise DoesNotApplyError("no life table")
    >>> judge(Test("floor", "events and states", "a life table", "none", lacking), None).reason
    'no life table'
    """
    from hecon.errors import HeconError

    try:
        found = tuple(dict.fromkeys(place(one) for one in test.find(subject)))
    except DoesNotApplyError as error:
        return Result(test, NOT, str(error))
    except HeconError as error:
        told = f"the model refuses this change: {str(error).splitlines()[-1].strip()[:240]}"
        return Result(test, INFORMS, findings=(Finding(told, verdict=INFORMS),))
    verdict = FAILS if any(one.verdict == FAILS for one in found) else INFORMS if found else PASSES
    return Result(test, verdict, findings=tuple(sorted(found, key=lambda one: one.verdict != FAILS)))


def _number(got: float, wanted: float) -> str:
    """A number with as many digits as tell it from what was expected."""
    return f"{got:.6g}" if isnan(wanted) or f"{got:.6g}" != f"{wanted:.6g}" else f"{got:.12g}"


def _short(formula: str) -> str:
    return formula if len(formula) <= 200 else f"{formula[:197]}..."
