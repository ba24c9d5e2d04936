"""`hecon check`: inputs, model and their meeting, all faults at once; then one draw and the model's own checks."""

from typing import TYPE_CHECKING, Any

from hecon.cases import CaseFiles, find_case, load_models, read_book
from hecon.commands.options import CaseName, Scenario, Structure
from hecon.commands.screen import results, waiting
from hecon.errors import HeconError, ModelError, nearest

if TYPE_CHECKING:
    from hecon.inputs import parameter
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.structure.lowering import Model


def check_case(case: CaseName, scenario: Scenario = "", structure: Structure = "") -> None:
    """Check a case: every fault of inputs and model, unused inputs, one draw, the model's checks.

    Exit code 1 when anything is at fault or a check of the model fails.
    """
    from hecon.evaluate.run import run
    from hecon.inputs.checks import settings_draws

    found = find_case(case)
    faults: list[HeconError] = []
    book = _try(faults, read_book, found, scenario)
    draws = _try(faults, settings_draws, book) if book else None
    models = _try(faults, _models, found, structure) or {}
    for model in models.values():
        _bind(faults, model, book)
    if faults or book is None:
        raise HeconError("\n".join(dict.fromkeys(str(fault) for fault in faults)))
    sound: list[tuple[int, tuple[parameter.Change, ...]]] = [(id(model), ()) for model in models.values()]
    for name, one in ({} if scenario else book.scenarios).items():
        other = book.scenario(name)
        chosen = models if not other.settings.get("structure") else {"": models.get(other.settings["structure"])}
        for model in filter(None, chosen.values()):
            asked, known = (id(model), _beyond_numbers(one, book)), len(faults)
            if asked not in sound:
                _bind(faults, model, other, f"scenario {name}{f' ({one.label})' if one.label else ''}: ")
                sound += [asked] if len(faults) == known else []
    _agree(faults, models, book)
    _sell(faults, models, book)
    _populate(faults, models, book)
    _who_gains(faults, book)
    if faults:
        raise HeconError("\n".join(dict.fromkeys(str(fault) for fault in faults)))
    with waiting("base case"):
        bases = {name: run(model, book.base()) for name, model in models.items()}
    _tell(found, book, list(models.values()), draws)
    _tell_time(models, book)
    failures = sum([_print_checks(name, base) for name, base in bases.items()])
    if failures:
        raise HeconError(f"{failures} of the model's checks {'fails' if failures == 1 else 'fail'}")


def _models(case: CaseFiles, structure: str) -> "dict[str, Model]":
    """The models to check: the structure named, or every one."""
    models = load_models(case)
    if not structure:
        return models
    if structure not in models:
        known = ", ".join(filter(None, models)) or "none"
        raise ModelError(f"{case.name} has no structure '{structure}'{nearest(structure, models)} (known: {known})")
    return {structure: models[structure]}


def _try(faults: list[HeconError], what: Any, *arguments: Any) -> Any:
    """What a function returns, or None with its HeconError noted."""
    try:
        return what(*arguments)
    except HeconError as error:
        faults.append(error)
        return None


def _bind(faults: list[HeconError], model: "Model", book: "Book | None", place: str = "") -> None:
    """Lower the model and, where there is a book, look up its names there; note what is wrong."""
    from hecon.evaluate.compile.check_names import check_names
    from hecon.evaluate.compile.fitted_curves import with_curves
    from hecon.structure.lowering import lower
    from hecon.structure.unit_use import check_units

    try:
        program = lower(model, book.settings if book else None)
        if book is not None:
            check_names(with_curves(program, book), book)
            check_units(model, book)
    except HeconError as error:
        faults.append(HeconError(f"{place}{error}"))


def _agree(faults: list[HeconError], models: "dict[str, Model]", book: "Book") -> None:
    """Read the agreements that the inputs declare, and lower each with a model; note what is wrong."""
    from hecon.errors import InputError, raise_faults
    from hecon.structure.agreements.lowering import with_agreements
    from hecon.structure.agreements.reading import SHEET, agreements_of, scheme_faults

    if SHEET not in book.records:
        return
    wrong = scheme_faults(book)
    if wrong:
        _try(faults, raise_faults, wrong, InputError, book.case)
        return
    for one in agreements_of(book):
        told: list[HeconError] = []
        for model in models.values():
            agreed = _try(told, with_agreements, model, book, [one], one.name)
            if agreed:
                _bind(told, agreed[0], agreed[1], f"agreement {one.name}: ")
                break
        else:
            faults += told[:1]
            continue
        faults += (
            told if agreed is None else [error for error in told if str(error).startswith(f"agreement {one.name}: ")]
        )


def _sell(faults: list[HeconError], models: "dict[str, Model]", book: "Book") -> None:
    """Read the hospital's stay and the payment by volume that the inputs declare; note what is wrong."""
    from hecon.errors import InputError, raise_faults
    from hecon.inputs.stay import stay_faults
    from hecon.results.volume import VOLUME, volume_terms
    from hecon.structure.lowering import lower

    known = dict.fromkeys(name for model in models.values() for name, _ in lower(model, book.settings).strategies)
    _try(faults, raise_faults, stay_faults(book, tuple(known)), InputError, book.case)
    if VOLUME in book.records:
        _try(faults, volume_terms, book)


def _populate(faults: list[HeconError], models: "dict[str, Model]", book: "Book") -> None:
    """Read the population and the uptake that the inputs declare; note what is wrong."""
    from hecon.errors import InputError, raise_faults
    from hecon.inputs.population import population_faults
    from hecon.structure.lowering import lower

    known = dict.fromkeys(name for model in models.values() for name, _ in lower(model, book.settings).strategies)
    _try(faults, raise_faults, population_faults(book, tuple(known)), InputError, book.case)


def _who_gains(faults: list[HeconError], book: "Book") -> None:
    """Read the groups and attributes that the inputs declare; note what is wrong."""
    from hecon.errors import InputError, raise_faults
    from hecon.inputs.attributes import attribute_faults
    from hecon.inputs.groups import group_faults

    _try(faults, raise_faults, [*group_faults(book), *attribute_faults(book)], InputError, book.case)


def _beyond_numbers(one: "parameter.Scenario", book: "Book") -> "tuple[parameter.Change, ...]":
    """The changes of a scenario that names and units can depend on: settings, tables and the choices of curves."""
    from hecon.inputs.curve_parameters import choice_name

    choices = {choice_name(curve) for curve in book.fitted}
    return tuple(row for row in one.changes if row.target in ("setting", "table", "curve") or row.name in choices)


def _tell(case: CaseFiles, book: "Book", models: "list[Model]", draws: "Draws | None") -> None:
    """What is no fault but should be known."""
    from hecon.evaluate.compile.check_names import unused_inputs
    from hecon.evaluate.compile.fitted_curves import with_curves
    from hecon.inputs.checks import remarks
    from hecon.structure.cause_use import cause_remarks
    from hecon.structure.lowering import lower

    console = results()
    count = f"{len(book.parameters)} parameters, {len(book.tables)} tables, {len(book.scenarios)} scenarios"
    console.print(f"{case.name}: {case.model} with {case.inputs}; {count}; no fault", markup=False, soft_wrap=True)
    unused = [set(unused_inputs(with_curves(lower(model, book.settings), book), book)) for model in models]
    of_groups = {text for row in book.records.get("groups", ()) for text in row.values()}
    for name in (name for name in book.parameters if all(name in names for names in unused) and name not in of_groups):
        console.print(f"note: {book.parameters[name].place('value')}: no formula uses it", markup=False, soft_wrap=True)
    filed = cause_remarks(lower(model, book.settings) for model in models)
    for remark in (*remarks(book, draws), *filed):
        console.print(f"note: {remark}", markup=False, soft_wrap=True)


def _tell_time(models: "dict[str, Model]", book: "Book") -> None:
    """Amounts that change within a cycle and are taken at its start; what changes beyond a state's last tunnel."""
    from hecon.evaluate.last_tunnel import cut_short
    from hecon.evaluate.middle import smooth_amounts

    for name, model in models.items():
        for one in (*smooth_amounts(model, book.base()), *cut_short(model, book.base())):
            told = f"note: {f'structure {name}, ' if name else ''}{one}"
            results().print(told, markup=False, soft_wrap=True)


def _print_checks(structure: str, base: "Outcomes") -> int:
    """Print the checks and the reports of a base case; how many checks fail."""
    from rich.text import Text

    from hecon.grid import rich_table
    from hecon.report.reported import curve_lines, reported_grid
    from hecon.results.checks import check_summary, checks_grid

    console = results()
    if structure:
        console.print(Text(f"Structure {structure}", style="bold"))
    summary = check_summary(base)
    if base.kept["checks"]:
        console.print(rich_table(checks_grid(base)))
    if (grid := reported_grid(base)).rows:
        console.print(rich_table(grid))
    for line in summary.failed:
        console.print(Text(line, style="bold red"))
    for line in (*summary.notes, *curve_lines(base)):
        console.print(line, markup=False)
    return len(summary.failed)
