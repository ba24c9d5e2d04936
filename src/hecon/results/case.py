"""A case: its models and inputs, opened once; `run` makes an Analysis of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import Fault, InputError, ModelError, nearest, raise_faults
from hecon.results.options import Options, complete, make_draws, named, settings_of
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.evaluate.keep.collectors import Collector
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.results.analysis import Analysis
    from hecon.structure.lowering import Model

KEEP = ("trace", "by_state", "ledger")  # of the base case, which is one draw
Watch = Callable[[str, int | None], AbstractContextManager[Any]]  # told what is done and its size; gives what counts


@dataclass(frozen=True, eq=False)
class Case(Shown):
    """A case by its `name`: `models` by the name of their structure ("" where there is one), and its inputs, `book`.

    `texts` are the author's, by the key of their heading (see `read_texts`); "patients" is what the case's README says of them.
    `folder` is where its model stands, if in a file.

    >>> from hecon import Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
    >>> visit = Leaf(outcomes=[Cost("visit", "c_visit", category="follow-up", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("a", to=visit)], {"cost": "0", "effect": "0"}, "continuous")
    >>> case = open_case(tree, make_book("demo", [Parameter(name="c_visit", value=50.0)]))
    >>> case.run(draws=0, perspective="payer", wtp=20_000, effect="none").base.cost("payer").tolist()
    [[50.0]]
    """

    name: str
    models: "Mapping[str, Model]"
    book: "Book"
    texts: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None

    def __repr__(self) -> str:
        titles = " / ".join(dict.fromkeys(str(model.title) for model in self.models.values()))
        return f"<Case {self.name}: {titles}; {len(self.book.parameters)} parameters>"

    @property
    def settings(self) -> "Mapping[str, str]":
        """The settings of the inputs: what a run leaves open."""
        return self.book.settings

    @property
    def model(self) -> "Model":
        """The model that a run takes unless told otherwise: the only one, or that of the setting `structure`."""
        return self.choose()

    def choose(self, structure: str = "", strategies: Sequence[str] = ()) -> "Model":
        """The model of a structure with only these strategies; of the settings where left out.

        Raises:
            ModelError: an unknown structure or strategy; several structures of which none is named.
        """
        model = choose_model(self.models, self.name, structure or self.settings.get("structure", ""))
        return only_strategies(model, strategies or self.settings.get("strategies", "").split())

    def run(
        self,
        draws: "int | str | Path | Draws | None" = None,
        seed: int | None = None,
        *,
        sampling: str = "",
        perspective: str = "",
        wtp: float | None = None,
        reference: str = "",
        effect: str = "",
        scenario: str = "",
        structure: str = "",
        strategies: Sequence[str] = (),
        currency: str = "",
        price_year: int | None = None,
        jurisdiction: str = "",
        scheme: str = "",
        scenario_file: str | Path | None = None,
        keep: "Sequence[str | Collector]" = KEEP,
    ) -> "Analysis":
        """Run the base case and, unless `draws` is 0, the PSA; what is left out, the settings say.

        `draws` is a number, a file of draws made elsewhere, or Draws. `wtp` is the threshold, in currency per unit of the
        effect. `currency` and `price_year` are what all amounts are converted to, `jurisdiction` is whose rules take the
        place of the case's (see `under_rules`), `scheme` the agreement under which the product is paid. `scenario_file`
        is a CSV file of the columns of scenarios.csv; of several scenarios in it, `scenario` chooses. `keep` is what is kept
        of the base case (see `hecon.run`).

        Raises:
            InputError: what neither the arguments nor the settings give, all at once; one draw, which is no sample.
            HeconError: what reading and running raise.
        """
        number = draws if isinstance(draws, int) else None
        file = Path(draws) if isinstance(draws, str | Path) else None
        given = None if draws is None or isinstance(draws, int | str | Path) else draws
        options = Options(
            perspective, wtp, reference, 0 if given is not None else number, seed, sampling, file, tuple(strategies),
            scenario, structure, effect, currency=currency, price_year=price_year,
            jurisdiction=jurisdiction, scheme=scheme, scenario_file=None if scenario_file is None else Path(scenario_file),
        )  # fmt: skip
        return run_case(self, named(options), given, keep)


def run_case(
    case: Case,
    options: Options,
    given: "Draws | None" = None,
    keep: "Sequence[str | Collector]" = KEEP,
    watch: Watch | None = None,
) -> "Analysis":
    """What `Case.run` does, for choices that were made elsewhere; `given` are the draws where they are made already.

    Raises:
        HeconError: as `Case.run`.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> run_case(open_case(*one_visit()), Options("payer", 10.0, draws=0, effect="none")).base.cost("payer").tolist()
    [[100.0]]
    """
    from hecon.evaluate.run import run
    from hecon.results.analysis import Analysis

    opened = as_asked(case, options)
    model, book = opened.choose(options.structure, options.strategies), opened.book
    complete(book, options)
    draws = make_draws(book, options) if given is None else _fitting(given, book)
    watch = watch or (lambda what, total: nullcontext())
    with watch("base case", None):
        base = run(model, book.base(), keep=keep)
    settings = settings_of(book, options, base.strategies)
    models = {options.structure: model} if options.structure else case.models
    analysis = Analysis(
        case.name, model, book, None, base, None, settings, models, texts=case.texts, folder=case.folder
    )
    if draws is None:
        return analysis
    with watch(f"{draws.n:,} draws", draws.n) as done:
        psa = run(model, draws, progress=done)
    return replace(analysis, draws=draws, psa=psa)


def _fitting(draws: "Draws", book: "Book") -> "Draws":
    """Draws that are a sample of the inputs of the run; others would give a PSA of another base case."""
    if draws.n < 2:
        raise InputError("a probabilistic analysis needs at least 2 draws; with draws=0 only the base case is run")
    if draws.book is not book and draws.book.fingerprint() != book.fingerprint():
        raise InputError(
            f"draws= were sampled from other inputs than {book.case} is run with; sample its book (or a number)"
        )
    return draws


def as_asked(case: Case, options: Options) -> Case:
    """The case as a run takes it: converted and under the rules that are asked for, then the scenario's changes.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> as_asked(open_case(*one_visit()), Options()).name
    'demo'
    """
    return at_scenario(prepared(case, options), options.scenario)


def prepared(case: Case, options: Options) -> Case:
    """The case with its amounts converted, then under the rules of a jurisdiction, where these are asked for, then under an
    agreement: the one named, or the setting `agreement` of the scenario or of the inputs. A scenario file's rows stand in it.

    Raises:
        InputError: amounts of several currencies or price years that are not converted; what `convert_money` and
            `under_rules` raise.

    >>> from hecon import Parameter, make_book, open_case
    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> fee = Parameter(name="c_visit", value=1000.0, unit="USD 2023")
    >>> case = open_case(tree, make_book("demo", [fee], settings={"currency": "USD", "price_year": "2023"}))
    >>> prepared(case, Options(currency="EUR")).book.parameters["c_visit"].value
    739.454
    """
    from hecon.inputs.conversion import convert_money
    from hecon.inputs.money import currency_faults
    from hecon.inputs.scenario_file import with_scenario_file
    from hecon.results.jurisdiction_rules import under_rules

    book = case.book
    if options.scenario_file is not None:
        book = with_scenario_file(book, options.scenario_file, mixed=options.converts)
    if options.converts:
        book = convert_money(book, options.currency, options.price_year)
    raise_faults(currency_faults(book), InputError, case.name)
    opened = case if book is case.book else replace(case, book=book)
    opened = under_rules(opened, options.jurisdiction) if options.jurisdiction else opened
    scheme = _agreement(opened.book, options)
    return under_scheme(opened, scheme, options.structure) if scheme else opened


def _agreement(book: "Book", options: Options) -> str:
    """The agreement in force: the one asked for, the scenario's, or the settings', unless the inputs have the switch."""
    from hecon.structure.agreements.items import SWITCH

    own = book.scenarios.get(options.scenario)
    rows = [] if own is None else [one for one in own.changes if (one.target, one.name) == ("setting", SWITCH)]
    for row in rows:
        if options.scheme and row.value != options.scheme:
            told = f"the scenario pays as '{row.value}' says, {options.spelled('scheme')} as '{options.scheme}'"
            raise_faults(
                [Fault(row.place, f"{told}; leave one of them out")], InputError, f"scenario {options.scenario}"
            )
        known = [one["name"] for one in book.records.get("schemes", ())]
        if row.value and row.value not in known:
            told = f"there is no agreement '{row.value}'{nearest(row.value, known)} (known in schemes.csv: {', '.join(known)})"
            raise_faults([Fault(row.place, told)], InputError, f"scenario {options.scenario}")
    if options.scheme or SWITCH in book.parameters:
        return options.scheme
    return rows[0].value if rows else book.settings.get(SWITCH, "")


def under_scheme(case: Case, scheme: str, structure: str = "") -> Case:
    """The case with the product paid as one of its agreements says; `agreement` 0 in the inputs still pays as the model stands.

    Of several structures, those without the agreement's strategy stay as they are, unless it is the one that is run.

    Raises:
        InputError: a case without agreements, an unknown one. ModelError: what the model does not hold (`with_agreements`).

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> under_scheme(open_case(*one_visit()), "thirds")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: demo declares no agreements: write schemes.csv beside its inputs, a row for each, with the columns ...
    """
    from hecon.structure.agreements.lowering import with_agreements
    from hecon.structure.agreements.reading import agreements_of

    known = {one.name: one for one in agreements_of(case.book)}
    if scheme not in known:
        raise InputError(
            f"{case.name} has no agreement '{scheme}'{nearest(scheme, known)} (known in schemes.csv: {', '.join(known)})"
        )
    run = case.choose(structure)
    models: dict[str, Model] = {}
    book = case.book
    for name, model in case.models.items():
        try:
            models[name], book = with_agreements(model, case.book, [known[scheme]], scheme)
        except ModelError:
            if model is run:
                raise
            models[name] = model
    return replace(case, models=models, book=book)


def at_scenario(case: Case, scenario: str) -> Case:
    """The case with a scenario's changes; itself where none is named.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> case = open_case(*one_visit())
    >>> at_scenario(case, "") is case
    True
    """
    return replace(case, book=case.book.scenario(scenario)) if scenario else case


def choose_model(models: "Mapping[str, Model]", case: str, structure: str = "") -> "Model":
    """The one of a case's models that bears this structure's name; the only one, where there is one and none is named.

    Raises:
        ModelError: an unknown structure, or none named where there are several.

    >>> choose_model({"markov": None, "partitioned": None}, "demo", "markow")
    Traceback (most recent call last):
    hecon.errors.ModelError: demo has no structure 'markow'; did you mean 'markov'? (known: markov, partitioned)
    """
    if structure in models:
        return models[structure]
    if structure and list(models) == [""]:
        raise ModelError(f"{case} has one MODEL; it cannot be run as structure '{structure}'")
    known = ", ".join(models)
    if structure:
        raise ModelError(f"{case} has no structure '{structure}'{nearest(structure, models)} (known: {known})")
    if len(models) == 1:
        return next(iter(models.values()))
    raise ModelError(f"{case} has several structures ({known}): name one with --structure or in its settings")


def only_strategies(model: "Model", names: "Sequence[str]") -> "Model":
    """The model with only the strategies named, in its own order; all of them when none is named.

    A strategy whose tree holds decisions stands for all that it is enumerated into.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf()), Strategy("b", to=Leaf())], {}, "continuous")
    >>> [strategy.name for strategy in only_strategies(tree, ["b"]).strategies]
    ['b']
    >>> only_strategies(tree, ["c"])
    Traceback (most recent call last):
    hecon.errors.ModelError: there is no strategy 'c' (known: a, b)
    """
    from hecon.structure.tree import enumerate_decisions

    if not names:
        return model
    each = [(strategy.name, one) for strategy in model.strategies for one in enumerate_decisions(strategy)]
    known = list(dict.fromkeys(name for above, one in each for name in (above, one.name)))
    for name in names:
        if name not in known:
            raise ModelError(f"there is no strategy '{name}'{nearest(name, known)} (known: {', '.join(known)})")
    return replace(model, strategies=[one for above, one in each if above in names or one.name in names])
