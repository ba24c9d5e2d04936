"""A case run until its results are precise enough: the draws grow, and all else is as in any run."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.progress import progress
from hecon.results.case import Case, Watch, run_case
from hecon.results.options import CERTAIN, Options, complete, sampling_of

if TYPE_CHECKING:
    from hecon.analysis.voi.until_stable import Growth
    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.results.analysis import Analysis


def run_until_stable(
    case: Case, options: Options, precision: float | None = None, most: int = 1_048_576, watch: Watch | None = None
) -> "tuple[Analysis, Growth]":
    """Run a case with as many draws as the `precision` takes, a 95% half-width in currency; at most `most`.

    Raises:
        InputError: no precision, neither given nor in the settings; a number of draws, which is chosen here.
        HeconError: what running and growing raise.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> run_until_stable(open_case(*one_visit()), Options("payer", 10.0, draws=50))
    Traceback (most recent call last):
    hecon.errors.InputError: --until-stable chooses the number of draws; leave out --draws, or bound it with --most
    """
    from hecon.analysis.cost_effectiveness.totals import counted
    from hecon.analysis.voi.until_stable import until_stable
    from hecon.evaluate.together import run_counted

    if options.draws is not None:
        raise InputError("--until-stable chooses the number of draws; leave out --draws, or bound it with --most")
    watch = watch or (lambda what, total: nullcontext())
    analysis = run_case(case, replace(options, draws=0), keep=("totals",), watch=watch)
    model, book = analysis.at_hand()
    within = precision_of(book.settings, precision)
    if within is None:
        raise InputError(
            f"{case.name}: --until-stable needs a precision, in currency; write it in the settings, or give --precision"
        )
    sample = sampling_of(book, complete(book, replace(options, draws=2)))
    if sample is None:
        raise InputError(f"{case.name}: {CERTAIN}; give an input a distribution")
    _, seed, method = sample
    sectors = analysis.base.sectors(analysis.perspective)
    run = run_counted(model, counted(sectors, analysis.effect))  # the answer needs no other items

    def watched(draws: "Draws") -> "Outcomes":
        with progress(f"{draws.n:,} draws more", draws.n) as step:
            return run(draws, step)

    grown = until_stable(
        watched, book, within=within, seed=seed, method=method, most=most, **analysis.reading
    )  # fmt: skip
    return replace(analysis, draws=grown.draws, psa=grown.outcomes), grown


def precision_of(settings: Mapping[str, str], given: float | None = None) -> float | None:
    """The 95% half-width wanted, in currency: that given, that of the settings, or None.

    Raises:
        InputError: one that is not above 0.

    >>> precision_of({"precision": "500"}), precision_of({})
    (500.0, None)
    """
    text = settings.get("precision", "")
    within = given if given is not None else float(text) if text else None
    if within is not None and not within > 0:
        raise InputError(f"the precision must be above 0; got {within:g}")
    return within
