"""What is asked of a run: how it is read, its draws, its scenario, structure and strategies.

What a run leaves open, the inputs' settings say; nothing is assumed where both are silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

CERTAIN = "no input is uncertain, so there is no probabilistic analysis"


@dataclass(frozen=True)
class Options:
    """What a run is asked for; None or "" leaves it to the settings, `draws` 0 leaves the PSA out.

    `wtp` is the threshold, in currency per unit of the effect. `currency` and `price_year` are what all amounts are converted
    to, `jurisdiction` is whose rules take the place of the case's, `scheme` the agreement in force. `scenario_file` is a CSV file
    of the columns of scenarios.csv that holds `scenario` (see `named`). `as_flags` says how a
    missing choice is asked for: as an option of the command line (--wtp) or, by default, as an argument of Python (wtp=).
    """

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
    effect: str = ""
    as_flags: bool = False
    currency: str = ""
    price_year: int | None = None
    jurisdiction: str = ""
    scheme: str = ""
    scenario_file: Path | None = None

    @property
    def converts(self) -> bool:
        """Whether amounts are to be converted.

        >>> Options(price_year=2023).converts
        True
        """
        return bool(self.currency) or self.price_year is not None

    def spelled(self, name: str) -> str:
        """How a person writes this option.

        >>> Options().spelled("wtp"), Options(as_flags=True).spelled("wtp")
        ('wtp=', '--wtp')
        """
        return f"--{name.replace('_', '-')}" if self.as_flags else f"{name}="


def named(options: Options) -> Options:
    """The options with the name of the scenario that their file holds.

    Raises:
        InputError: what `only_scenario` raises.

    >>> named(Options(scenario="dear")).scenario
    'dear'
    """
    if options.scenario_file is None:
        return options
    from hecon.inputs.scenario_file import only_scenario

    return replace(options, scenario=only_scenario(options.scenario_file, options.scenario))


@dataclass(frozen=True)
class RunSettings:
    """How the results of a run are read: all that is chosen when the run is made, and told with it.

    `wtp` is in currency per unit of `effect` (a kind, or a sum of kinds), `reference` the strategy of the comparisons.
    `structure`, `scenario` and `strategies` are empty where the case has one structure, its base case and all strategies.
    Without `net_benefit` there is no threshold, because the rules of a jurisdiction have none, and `wtp` says nothing.
    """

    perspective: str
    wtp: float
    reference: str
    effect: str = "qaly"
    structure: str = ""
    scenario: str = ""
    strategies: tuple[str, ...] = ()
    net_benefit: bool = True


def make_draws(book: "Book", options: Options) -> "Draws | None":
    """The draws of the PSA, from a file or sampled; None where 0 are asked for or no input is uncertain.

    Raises:
        InputError: one draw, which is no sample; draws of an input that the scenario changes; what sampling and reading draws
            raise.

    >>> from hecon.inputs.book import make_book
    >>> make_draws(make_book("demo", []), Options(draws=0)) is None
    True
    """
    if options.draws_file is not None:
        draws = book.read_draws(options.draws_file)
        if draws.n < 2:
            raise InputError(f"{options.draws_file}: holds {draws.n} draws; a probabilistic analysis needs at least 2")
        _refuse_overruled(book, options, draws.names)
        return draws
    plan = sampling_of(book, options)
    return None if plan is None else book.sample(*plan)


def _refuse_overruled(book: "Book", options: Options, names: Sequence[str]) -> None:
    """Refuse a file with draws of inputs that the scenario changes: the draws would take the scenario's place in silence."""
    if options.scenario not in book.scenarios:
        return
    changes = book.scenarios[options.scenario].changes
    changed = dict.fromkeys(
        one.name for one in changes if one.target in ("parameter", "distribution") and one.name in names
    )
    if changed:
        raise InputError(
            f"{options.draws_file}: has draws of {', '.join(changed)}, which scenario {options.scenario} changes: leave"
            f" {'that column' if len(changed) == 1 else 'these columns'} out, or sample the draws under the scenario"
        )


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
    if n < 2:
        zero = "--draws 0" if options.as_flags else "draws=0"
        raise InputError(f"a probabilistic analysis needs at least 2 draws; with {zero} only the base case is run")
    seed = int(book.settings["seed"]) if options.seed is None else options.seed
    return n, seed, method_of(book.settings, options.sampling)


def method_of(settings: "Mapping[str, str]", asked: str = "") -> str:
    """How draws are sampled: as asked or, where nothing is, as the settings say; "independent" where they say nothing.

    >>> method_of({"sampling": "latin-hypercube"}), method_of({"sampling": "sobol"}, "independent"), method_of({})
    ('latin hypercube', 'independent', 'independent')
    """
    return (asked or settings.get("sampling", "") or "independent").replace("-", " ")


def settings_of(book: "Book", options: Options, strategies: Sequence[str]) -> RunSettings:
    """How a run over these strategies is read, once `complete` has found that nothing is open.

    Raises:
        InputError: a threshold that is not above 0; a reference that is not run.

    >>> from hecon.inputs.book import make_book
    >>> book = make_book("demo", [], settings={"perspective": "payer", "threshold": 50_000})
    >>> read = settings_of(book, Options(wtp=20_000.0), ["care", "drug"])
    >>> read.perspective, read.wtp, read.reference, read.effect
    ('payer', 20000.0, 'care', 'qaly')
    """
    settings = book.settings
    wtp = threshold_of(settings, options.wtp)
    if not 0 < wtp < float("inf"):
        raise InputError(f"the threshold must be above 0; got {wtp:g}")
    return RunSettings(
        options.perspective or settings["perspective"],
        wtp,
        _reference(options, settings.get("reference", ""), strategies),
        options.effect or settings.get("effect", "") or "qaly",
        options.structure or settings.get("structure", ""),
        options.scenario,
        options.strategies,
        not _without_threshold(settings, options),
    )


def threshold_of(settings: "Mapping[str, str]", given: float | None) -> float:
    """The threshold given, or that of the settings; where neither says cost alone is compared, and any number will do: 1.

    >>> threshold_of({"threshold": "30000"}, None), threshold_of({"effect": "none"}, None)
    (30000.0, 1.0)
    """
    return float(settings.get("threshold") or 1.0) if given is None else given


def complete(book: "Book", options: Options) -> Options:
    """The options, refused while a choice is open; cost alone needs no threshold, certain inputs no draws.

    Raises:
        InputError: perspective, threshold, draws or seed that neither options nor settings give; all at once.

    >>> from hecon.inputs.book import make_book
    >>> _ = complete(make_book("demo", []), Options("payer", draws=0))
    Traceback (most recent call last):
    hecon.errors.InputError: demo: 1 fault
      - settings: threshold is not given; write it there, or give wtp=
    """
    from hecon.analysis.cost_effectiveness.totals import NONE

    sampled = options.draws_file is None and options.draws != 0 and bool(book.margins.varying)
    counted = (options.effect or book.settings.get("effect", "")) != NONE
    priced = counted and not _without_threshold(book.settings, options)
    wanted = (
        ("perspective", options.perspective, "perspective", True),
        ("threshold", options.wtp, "wtp", priced),
        ("draws", options.draws, "draws", sampled),
        ("seed", options.seed, "seed", sampled),
    )
    faults = [
        Fault("settings", f"{name} is not given; write it there, or give {options.spelled(option)}")
        for name, value, option, needed in wanted
        if needed and value in (None, "") and not book.settings.get(name)
    ]
    raise_faults(faults, InputError, book.case)
    return options


def _without_threshold(settings: "Mapping[str, str]", options: Options) -> bool:
    """Whether the rules of a jurisdiction leave a run without a threshold."""
    return options.wtp is None and bool(settings.get("rules")) and not settings.get("threshold")


def _reference(options: Options, setting: str, strategies: Sequence[str]) -> str:
    """What the others are compared with: as asked for, as the settings say, or else the first strategy."""
    reference = options.reference or setting or strategies[0]
    if reference in strategies:
        return reference
    if options.strategies and not options.reference:
        if len(strategies) == 1:
            return strategies[0]
        flags = options.as_flags
        add = f"--strategy {reference}" if flags else f"'{reference}' to strategies="
        other = "--reference" if flags else "reference="
        raise InputError(f"the reference '{reference}' is not run: add {add}, or give another {other}")
    known = ", ".join(strategies)
    raise InputError(
        f"the reference '{reference}' is not a known strategy{nearest(reference, strategies)} (known: {known})"
    )
