"""From what was asked for on the command line to a Study: inputs read, model chosen, base case and draws run.

What the command line leaves open, the case's settings say; nothing is assumed where both are silent.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.cases import Case, choose_model, load_models, only_strategies, read_book
from hecon.commands.edited_workbook import held_to_workbook
from hecon.commands.screen import waiting
from hecon.errors import Fault, InputError, nearest, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.report.study import Study
    from hecon.structure.lowering import Model


@dataclass(frozen=True)
class Options:
    """What a command line may say about a run; None or "" leaves it to the settings, `draws` 0 leaves the PSA out."""

    perspective: str = ""
    wtp: float | None = None
    reference: str = ""
    draws: int | None = None
    seed: int | None = None
    sampling: str = ""
    draws_file: Path | None = None
    strategies: tuple[str, ...] = ()
    scenario: str = ""
    structure: str = ""


@dataclass(frozen=True)
class Loaded:
    """A case as a command reads it, once: the model that is run, the book, and all `structures` of the model's file."""

    model: "Model"
    book: "Book"
    structures: "Mapping[str, Model]"


def load(case: Case, options: Options) -> Loaded:
    """The model and the book of a case as asked for: scenario, structure, strategies.

    Raises:
        HeconError: what reading, loading and choosing raise; of a workbook as inputs, totals other than it shows.
    """
    from hecon.workbook.read_back import is_twin

    book = read_book(case, options.scenario)
    models = load_models(case)
    if is_twin(case.inputs):
        held_to_workbook(case, models)
    model = choose_model(models, case.name, options.structure or book.settings.get("structure", ""))
    model = only_strategies(model, options.strategies or book.settings.get("strategies", "").split())
    return Loaded(model, book, models)


def make_study(case: Case, options: Options) -> "Study":
    """Run the base case and, unless `draws` is 0, the PSA.

    Raises:
        InputError: threshold, perspective, draws or seed that neither options nor settings give; all at once.
        HeconError: what reading, loading and running raise.
    """
    from hecon.evaluate.run import run
    from hecon.report.study import Study

    loaded = load(case, options)
    model, book = loaded.model, loaded.book
    settings = book.settings
    complete(book, options)
    draws = make_draws(book, options)
    with waiting("base case"):
        base = run(model, book.base(), keep=("trace", "by_state"))
    about = {"title": model.title, "structure": options.structure or settings.get("structure", "")}
    study = Study(
        case=case.name,
        base=base,
        psa=None,
        perspective=options.perspective or settings["perspective"],
        wtp=threshold_of(settings, options.wtp),
        reference=reference_of(options, settings.get("reference", ""), base.strategies),
        effect=settings.get("effect", "") or "qaly",
        book=book,
        settings={what: text for what, text in {**about, "scenario": options.scenario}.items() if text},
        model=model,
        structures=loaded.structures,
    )
    if draws is None:
        return study
    with waiting(f"{draws.n:,} draws", draws.n) as done:
        psa = run(model, draws, progress=done)
    return replace(study, psa=psa, draws=draws)


def threshold_of(settings: "Mapping[str, str]", given: float | None) -> float:
    """The threshold given, or that of the settings; where neither says cost alone is compared, and any number will do: 1.

    >>> threshold_of({"threshold": "30000"}, None), threshold_of({"effect": "none"}, None)
    (30000.0, 1.0)
    """
    return float(settings.get("threshold") or 1.0) if given is None else given


def make_draws(book: "Book", options: Options) -> "Draws | None":
    """The draws of the PSA, from a file or sampled; None where 0 are asked for or no input is uncertain.

    Raises:
        InputError: one draw, which is no sample; what sampling and reading draws raise.

    >>> from hecon.inputs.book import make_book
    >>> make_draws(make_book("demo", []), Options(draws=0)) is None
    True
    """
    if options.draws_file is not None:
        draws = book.read_draws(options.draws_file)
        if draws.n < 2:
            raise InputError(f"{options.draws_file}: holds {draws.n} draws; a probabilistic analysis needs at least 2")
        return draws
    plan = sampling_of(book, options)
    return None if plan is None else book.sample(*plan)


def sampling_of(book: "Book", options: Options) -> tuple[int, int, str] | None:
    """Number of draws, seed and method as asked for or as the settings say; None where 0 are asked for or no input is
    uncertain.

    Raises:
        InputError: one draw, which is no sample.

    >>> from hecon import Parameter, make_book
    >>> fee = Parameter(name="fee", value=50.0, distribution="uniform", par1=0, par2=100)
    >>> [sampling_of(make_book("demo", inputs), Options(draws=50, seed=1)) for inputs in ([], [fee])]
    [None, (50, 1, 'independent')]
    """
    if not book.margins.varying:
        return None
    n = int(book.settings["draws"]) if options.draws is None else options.draws
    if n == 0:
        return None
    if n == 1:
        raise InputError("a probabilistic analysis needs at least 2 draws; with --draws 0 only the base case is run")
    seed = int(book.settings["seed"]) if options.seed is None else options.seed
    method = options.sampling or book.settings.get("sampling", "") or "independent"
    return n, seed, method.replace("-", " ")


def reference_of(options: Options, setting: str, strategies: tuple[str, ...]) -> str:
    """What the others are compared with: as asked for, as the settings say, or else the first strategy.

    Raises:
        InputError: a reference that is not among the strategies that were run.
    """
    reference = options.reference or setting or strategies[0]
    if reference in strategies:
        return reference
    if options.strategies and not options.reference:
        if len(strategies) == 1:
            return strategies[0]
        raise InputError(
            f"the reference '{reference}' is not run: add --strategy {reference}, or give another --reference"
        )
    known = ", ".join(strategies)
    raise InputError(f"the reference '{reference}' is no strategy{nearest(reference, strategies)} (known: {known})")


def complete(book: "Book", options: Options) -> None:
    """Refuse to run while a choice is open; cost alone needs no threshold, certain inputs no draws."""
    from hecon.analysis.totals import NONE

    sampled = options.draws_file is None and options.draws != 0 and bool(book.margins.varying)
    priced = book.settings.get("effect", "") != NONE
    wanted = (
        ("perspective", options.perspective, "--perspective", True),
        ("threshold", options.wtp, "--wtp", priced),
        ("draws", options.draws, "--draws", sampled),
        ("seed", options.seed, "--seed", sampled),
    )
    faults = [
        Fault("settings", f"{name} is not given; write it there, or give {option}")
        for name, value, option, needed in wanted
        if needed and value in (None, "") and not book.settings.get(name)
    ]
    raise_faults(faults, InputError, book.case)
