"""The confidential workbook of a model: planned from the true inputs, written from a book that lacks the withheld ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import InputError
from hecon.evaluate.run import run
from hecon.formula.program_text import program_fingerprint
from hecon.inputs.withheld import withhold
from hecon.outcomes import Outcomes
from hecon.structure.lowering import lower
from hecon.workbook.layout import Layout
from hecon.workbook.withheld.withheld import Withheld, plan_withheld
from hecon.workbook.write import write_executable

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.workbook.verify.trial import Made


@dataclass(frozen=True)
class PublicRun:
    """A model run without the withheld numbers: `base` at their stand-ins; `psa` with withheld price parameters at 0, or None.

    `program` is the fingerprint of the Program that was run.
    """

    book: "Book"
    program: str
    base: Outcomes
    psa: Outcomes | None = None
    draws: "Draws | None" = None


def public_run(
    model: Any, book: "Book", withheld: Withheld, sample: tuple[int, int | None, str] | None, *, other: bool = False
) -> PublicRun:
    """Base case and PSA without the withheld numbers; `sample` is the number of draws, seed and method, or None.

    `other` takes the second stand-ins. Where an input that is no price parameter is withheld, the PSA is run for what does not
    depend on it.

    Raises:
        InputError: draws made elsewhere, which may tell of what is withheld.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> found = public_run(tree, book, plan_withheld(tree, book, ["c_drug"]), None)
    >>> found.book.parameters["c_drug"].note, float(found.base.cost("payer")[0, 0]) == 12.0
    ('withheld', False)
    """
    public = withheld.public(book, other=other)
    program = program_fingerprint(lower(model, public.settings))
    base = run(model, public.base(), keep=("trace", "by_state"))
    if sample is None:
        return PublicRun(public, program, base)
    draws = public_draws(book, withheld, sample, other=other)
    return PublicRun(public, program, base, run(model, draws), draws)


def public_draws(
    book: "Book", withheld: Withheld, sample: tuple[int, int | None, str], *, other: bool = False
) -> "Draws":
    """The draws of all inputs that are not withheld: each input has its own stream, so none moves with what is withheld.

    Raises:
        InputError: draws made elsewhere, which may tell of what is withheld.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> public_draws(book, plan_withheld(tree, book, ["c_drug"]), (2, 1, "independent")).names
    ()
    """
    n, seed, method = sample
    if seed is None:
        raise InputError("draws made elsewhere may reveal what is withheld: --redact needs draws that are sampled here")
    prices = withheld.price_parameters
    free = withhold(book, dict.fromkeys(withheld.names, 0.0)) if prices else withheld.public(book, other=other)
    return free.sample(n, seed, method)


def write_redacted(
    path: str | Path,
    model: Any,
    found: PublicRun,
    withheld: Withheld,
    *,
    perspective: str,
    wtp: float,
    reference: str,
    effect: str = "",
    facts: Sequence[tuple[str, str]] = (),
) -> Layout:
    """Write the twin of a public run; without a PSA where a typed value could not move it.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> import tempfile
    >>> withheld = plan_withheld(tree, book, ["c_drug"])
    >>> path, found = Path(tempfile.mkdtemp(), "demo.xlsx"), public_run(tree, book, withheld, None)
    >>> layout = write_redacted(path, tree, found, withheld, perspective="payer", wtp=1.0, reference="a")
    >>> from hecon.workbook.xlsx.package import read_package
    >>> read_package(path).sheets["Inputs"].errors[layout.inputs["c_drug"].live]
    '#N/A'
    """
    psa, draws = (found.psa, found.draws) if withheld.price_parameters else (None, None)
    told = [(what, words) for what, words in facts if psa is not None or what != "PSA"]
    return write_executable(
        path, model, found.book, found.base, psa, draws,
        perspective=perspective, wtp=wtp, reference=reference, effect=effect, facts=told, withheld=withheld,
    )  # fmt: skip


def rewrite_redacted(path: str | Path, made: "Made") -> Layout:
    """A confidential workbook written anew from the case, to compare a file with: all is as it was but for the fingerprint.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> import tempfile
    >>> from hecon.workbook.verify.trial import Made
    >>> made = Made(tree, book, "payer", 1.0, "a", withheld=("c_drug",))
    >>> rewrite_redacted(Path(tempfile.mkdtemp(), "demo.xlsx"), made).inputs["c_drug"].base
    (6, 3)
    """
    withheld = plan_withheld(made.model, made.book, made.withheld)
    draws = made.draws
    sample = None if draws is None else (draws.n, draws.seed, draws.method)
    found = public_run(made.model, made.book, withheld, sample)
    return write_redacted(
        path, made.model, found, withheld, perspective=made.perspective, wtp=made.wtp, reference=made.reference,
        effect=made.effect, facts=made.facts,
    )  # fmt: skip
