"""The confidential twin of a model: planned from the true inputs, written from a book that lacks the withheld ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import InputError
from hecon.evaluate.run import run
from hecon.inputs.withheld import withhold
from hecon.outcomes import Outcomes
from hecon.workbook.layout import Layout
from hecon.workbook.withheld import Withheld
from hecon.workbook.write import write_workbook

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws


@dataclass(frozen=True)
class PublicRun:
    """A model run without the withheld numbers: `base` at their stand-ins; `psa` with withheld levers at 0, or None."""

    book: "Book"
    base: Outcomes
    psa: Outcomes | None = None
    draws: "Draws | None" = None


def public_run(
    model: Any, book: "Book", withheld: Withheld, sample: tuple[int, int | None, str] | None, *, other: bool = False
) -> PublicRun:
    """Base case and PSA without the withheld numbers; `sample` is the number of draws, seed and method, or None.

    `other` takes the second stand-ins. Where an input that is no lever is withheld, the PSA is run for what does not
    depend on it.

    Raises:
        InputError: draws made elsewhere, which may tell of what is withheld.

    >>> public_run.__name__
    'public_run'
    """
    public = withheld.public(book, other=other)
    base = run(model, public.base(), keep=("trace", "by_state"))
    if sample is None:
        return PublicRun(public, base)
    n, seed, method = sample
    if seed is None:
        raise InputError("draws made elsewhere may tell of what is withheld: --redact takes draws that are sampled here")
    free = withhold(book, dict.fromkeys(withheld.names, 0.0)) if withheld.levers else public
    draws = free.sample(n, seed, method)
    return PublicRun(public, base, run(model, draws), draws)


def write_redacted(
    path: str | Path,
    model: Any,
    found: PublicRun,
    withheld: Withheld,
    *,
    perspective: str,
    wtp: float,
    reference: str,
    facts: Sequence[tuple[str, str]] = (),
) -> Layout:
    """Write the twin of a public run; without a PSA where a typed value could not move it.

    >>> write_redacted.__name__
    'write_redacted'
    """
    psa, draws = (found.psa, found.draws) if withheld.levers else (None, None)
    told = [(what, words) for what, words in facts if psa is not None or what != "PSA"]
    return write_workbook(
        path, model, found.book, found.base, psa, draws,
        perspective=perspective, wtp=wtp, reference=reference, facts=told, withheld=withheld,
    )  # fmt: skip
