"""Where a case's model and inputs are, and how they are loaded: by name from models/ and inputs/, or by path.

A case is models/<case>/model.py with inputs/<case>/ (or inputs/<case>.xlsx), in the current folder or one above it.
A model is a program and runs; inputs and workbooks are data, and only reach the models of the project one stands in.
"""

import os
import re
import runpy
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError, InputError, ModelError, nearest
from hecon.results.case import Case
from hecon.results.texts import FILE, README, read_patients, read_texts

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model
    from hecon.workbook.read_back.read_back import ReadBack
    from hecon.workbook.verify.trial import Made


_NAME = re.compile(r"\w[\w .-]*")
NO_HOME = (
    "no folder with models/ and inputs/ is here or above; begin with: hecon new my_case,"
    " or with an example: hecon new my_case --from car_t_paediatric_all"
)


@dataclass(frozen=True)
class CaseFiles:
    """Where a case is: its model file, its inputs (a folder or a workbook) and the folder in which its outputs belong."""

    name: str
    model: Path
    inputs: Path
    outputs: Path


def find_case(text: str, start: Path | None = None) -> CaseFiles:
    """The case of that name, or the one at a path: a model folder, an inputs folder or an inputs workbook.

    Inputs belong to the model of their own name, or to the one that their setting `case` names.

    Raises:
        InputError: nothing of that name, a model without inputs or inputs without a model, inputs that are there twice.

    >>> find_case("leukemia", Path("/"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: there is no case 'leukemia': no folder with models/ and inputs/ is here or above; begin with...
    """
    start = start or Path.cwd()
    home = find_home(start)
    if home is not None and text in case_names(home):
        return _named(home, text)
    path = start / text
    if path.exists():
        return _at(path, start)
    if os.sep in text or path.suffix:
        beside = [one.name for one in path.parent.glob("*")] if path.parent.is_dir() else []
        raise InputError(f"{text}: not found{nearest(path.name, beside)}")
    if home is None:
        raise InputError(f"there is no case '{text}': {NO_HOME}")
    names = case_names(home)
    raise InputError(f"there is no case '{text}'{nearest(text, names)} (known: {', '.join(names) or 'none'})")


def find_home(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds models/ and inputs/; None when there is none.

    >>> find_home(Path("/")) is None
    True
    """
    start = start.absolute()
    return next(
        (one for one in (start, *start.parents) if (one / "models").is_dir() and (one / "inputs").is_dir()), None
    )


def case_names(home: Path) -> list[str]:
    """The names in models/ and inputs/, sorted.

    >>> case_names(Path("/no/such/folder"))
    []
    """
    found = {one.parent.name for one in home.glob("models/*/model.py")}
    found |= {one.parent.name for one in home.glob("inputs/*/parameters.csv")}
    return sorted(found | {one.stem for one in home.glob("inputs/*.xlsx") if not one.name.startswith(("~", "."))})


def inputs_of(folder: Path) -> Path:
    """The inputs at a folder or in the workbook of that name beside it.

    Raises:
        InputError: neither is there, or both are.

    >>> inputs_of(Path("inputs/leukemia"))
    Traceback (most recent call last):
    hecon.errors.InputError: there are no inputs: neither inputs/leukemia nor inputs/leukemia.xlsx is there
    """
    workbook = folder.with_name(f"{folder.name}.xlsx")
    if folder.is_dir() and workbook.is_file():
        raise InputError(f"{_near(folder)} and {_near(workbook)} are both there: give the path of the one you mean")
    if not folder.is_dir() and not workbook.is_file():
        raise InputError(f"there are no inputs: neither {_near(folder)} nor {_near(workbook)} is there")
    return _near(folder if folder.is_dir() else workbook)


def open_case(
    what: "str | Path | CaseFiles | Model | Mapping[str, Model]", book: "Book | None" = None, *, mixed: bool = False
) -> Case:
    """A case to run: by name, by the path of its folder, its inputs or a workbook; or a model made in Python and its book.

    Opening by name or path runs the case's model.py, which is a program; inputs and workbooks are data. Inputs with amounts
    of several currencies or price years are read where they are `mixed`, to be converted by the run.

    Raises:
        InputError: nothing of that name, inputs that cannot be read; a workbook that shows other totals than hecon computes
            from what can be read of it. HeconError: a model without its book.

    >>> open_case("no_such_case")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: there is no case 'no_such_case'...
    """
    if isinstance(what, str | Path):
        what = find_case(str(what))
    if isinstance(what, CaseFiles):
        if book is not None:
            raise HeconError(
                "open_case takes a book with a model made in Python; a case that is found has its own inputs"
            )
        models = load_models(what)
        case = (
            _held_twin(what, models) if _is_twin(what.inputs) else Case(what.name, models, read_book(what, mixed=mixed))
        )
        folder = what.model.parent
        patients = read_patients(folder / README)
        return replace(
            case, texts={**({"patients": patients} if patients else {}), **read_texts(folder / FILE)}, folder=folder
        )
    if book is None:
        raise HeconError("open_case(MODEL, book) needs the book too: hecon.read_inputs(folder) or hecon.make_book(...)")
    models = dict(what) if isinstance(what, Mapping) else {"": what}
    return Case(book.case, models, book)


def read_book(case: CaseFiles, scenario: str = "", mixed: bool = False) -> "Book":
    """The case's inputs, with a scenario's changes if one is named; InputError as `read_inputs` and `Book.scenario`.

    From an executable workbook: the inputs it was written from with what was changed in it since, of the scenario it shows.
    """
    from hecon.inputs.reading import read_inputs

    if _is_twin(case.inputs):
        from hecon.workbook.read_back.chosen_agreement import unswitched

        book = unswitched(read_executable(case).shown)
        return book.scenario(scenario) if scenario else book
    book = read_inputs(case.inputs, mixed)
    book = book if book.case == case.name else replace(book, case=case.name)
    return book.scenario(scenario) if scenario else book


def read_executable(case: CaseFiles) -> "ReadBack":
    """What was changed in the executable workbook whose path is the case's inputs.

    Raises:
        InputError: cells that cannot be used, with their addresses; the inputs it was written from are not there.
    """
    from hecon.workbook.read_back.read_back import read_back, read_facts

    return read_back(case.inputs, submitted_book(case, read_facts(case.inputs)))


def submitted_book(case: CaseFiles, facts: "Mapping[str, str]") -> "Book":
    """The inputs an executable workbook was written from, as its cover tells: case, scenario, structure, strategies.

    Raises:
        InputError: the case's inputs are not there or cannot be read.
    """
    from hecon.inputs.conversion import convert_money
    from hecon.results.jurisdiction_rules import under_rules
    from hecon.workbook.read_back.chosen_agreement import with_the_switch
    from hecon.workbook.read_back.read_back import as_submitted

    own = replace(case, inputs=own_inputs(case))
    currency, _, year = facts.get("Converted to", "").partition(" ")
    book = read_book(own, mixed=bool(currency))
    book = convert_money(book, currency, int(year)) if currency else book
    if rules := facts.get("Rules of", ""):
        book = under_rules(Case(case.name, load_models(case), book), rules).book
    if (scenario := facts.get("Scenario", "")) and scenario not in book.scenarios:
        raise InputError(
            f"{case.inputs}: is of scenario '{scenario}', which {case.name} does not have: put the rows of the file that it was"
            " written with (--scenario-file) into scenarios.csv"
        )
    book = book.scenario(scenario) if scenario else book
    if facts.get("Fingerprint of the inputs", "") != book.fingerprint():
        book = as_submitted(case.inputs, book)
    told = {"structure": facts.get("Structure", ""), "strategies": facts.get("Strategies run", "")}
    if facts.get("Effect", "") != (book.settings.get("effect", "") or "qaly"):
        told["effect"] = facts.get("Effect", "")
    book = with_the_switch(book, facts)
    return replace(book, settings={**book.settings, **{name: text for name, text in told.items() if text}})


def _held_twin(files: CaseFiles, models: "Mapping[str, Model]") -> Case:
    """The case with the inputs in an executable workbook, which must show the totals they give; changes are told on stderr."""
    from hecon.workbook.read_back.chosen_agreement import unswitched
    from hecon.workbook.read_back.held import held_to_workbook

    found = read_executable(files)
    case = Case(files.name, models, unswitched(found.shown))
    lines = held_to_workbook(files.inputs, found, case.model, lambda: made_of(files.inputs, models))
    if lines and sys.stderr is not None:
        print("\n  ".join([f"{files.inputs}: read back", *lines]), file=sys.stderr)
    return case


def made_of(file: Path, models: "Mapping[str, Model] | None" = None, draws_file: Path | None = None) -> "Made":
    """What an executable workbook was made of, as its cover tells; `models` are those of its case, if they are loaded.

    Raises:
        InputError: a file that is no such workbook, whose case is not here, or of another model than its case's now, which
            refuses it; draws made elsewhere that it keeps only in part.
    """
    from hecon.confidential.redacted import rewrite_redacted
    from hecon.workbook.read_back.read_back import is_executable, need_sheets, read_facts
    from hecon.workbook.verify.made import made_of_file

    if not file.is_file():
        raise InputError(f"{file}: not found")
    if not is_executable(file):
        raise InputError(f"{file}: is not an executable workbook that hecon wrote")
    need_sheets(file)
    case = find_case(str(file.absolute()))
    submitted = submitted_book(case, read_facts(file))
    made = made_of_file(file, submitted, load_models(case) if models is None else models, draws_file)
    return replace(made, rewrite=rewrite_redacted)


def own_inputs(case: CaseFiles) -> Path:
    """The inputs of the case that a workbook was written from: inputs/<case>, or inputs beside its model.

    Raises:
        InputError: they are not there.
    """
    beside = case.model.parent / "inputs"
    if beside.is_dir() or beside.with_suffix(".xlsx").is_file():
        return inputs_of(beside)
    home = find_home(case.model.parent.absolute())
    return inputs_of((home or Path.cwd()) / "inputs" / case.name)


def load_models(case: CaseFiles) -> "dict[str, Model]":
    """The models of a case by the name of their structure: its MODELS, or its one MODEL under "".

    Raises:
        ModelError: a file that fails to run, with the line, or one that holds no model.
    """
    names = run_file(case.model)
    models: Mapping[str, Model] = names.get("MODELS") or ({"": names["MODEL"]} if "MODEL" in names else {})
    if not models:
        raise ModelError(f"{case.model}: defines neither MODEL nor MODELS{nearest('MODEL', names)}")
    return dict(models)


def _named(home: Path, name: str) -> CaseFiles:
    model = home / "models" / name / "model.py"
    if not model.is_file():
        raise InputError(f"{name} has inputs but no model: {_near(model)} is missing")
    return CaseFiles(name, _near(model), inputs_of(home / "inputs" / name), _near(home / "outputs"))


def _at(path: Path, start: Path) -> CaseFiles:
    """The case at a path that exists."""
    path = Path(os.path.normpath(path.absolute()))
    folder = path.parent if path.name == "model.py" else path
    home = find_home(folder) or find_home(start)
    if (folder / "model.py").is_file():
        own = (folder / "inputs").is_dir() or (folder / "inputs.xlsx").is_file()
        inputs = folder / "inputs" if own or home is None else home / "inputs" / folder.name
        outputs = home if home is not None else start
        return CaseFiles(folder.name, _near(folder / "model.py"), inputs_of(inputs), _near(outputs / "outputs"))
    if path.is_file() and path.suffix.lower() != ".xlsx":
        raise InputError(f"{_near(path)}: is neither a case's folder nor an .xlsx workbook of inputs")
    ours = find_home(start)
    home = ours or home
    if path.name in ("inputs", "inputs.xlsx") and (path.parent / "model.py").is_file():
        model, name = path.parent / "model.py", path.parent.name
    else:
        name = _plain(_case_of(_near(path)) or path.stem, path)
        model = (home or start) / "models" / name / "model.py"
    if not model.is_file():
        raise InputError(f"{_near(path)}: its model {_near(model)} is missing; name its case in settings: case, <name>")
    if ours is None or not model.resolve().is_relative_to((ours / "models").resolve()):
        raise InputError(
            f"{_near(path)}: its model {_near(model)} is a program that does not stand in {_near((ours or start) / 'models')};"
            f" inputs run none of another project: if you trust it, name its folder, {_near(model.parent)}"
        )
    return CaseFiles(name, _near(model), _near(path), _near((home or start) / "outputs"))


def _case_of(path: Path) -> str:
    """The case that inputs name: on the cover of an executable workbook, or in their settings."""
    from hecon.workbook.read_back.read_back import read_facts

    return read_facts(path)["Case"] if _is_twin(path) else _setting(path, "case")


def _is_twin(path: Path) -> bool:
    """Whether inputs are an executable workbook; for a folder, what reads workbooks is not imported."""
    if path.suffix.lower() != ".xlsx":
        return False
    from hecon.workbook.read_back.read_back import is_executable

    return is_executable(path)


def _plain(name: str, path: Path) -> str:
    """The name, if it is that of a folder of models/ and of nothing else."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{_near(path)}: '{name[:80]}' cannot name a case: it is the name of a folder in models/, without a path"
        )
    return name


def _setting(path: Path, name: str) -> str:
    from hecon.inputs.tables.sheets import read_sheets

    sheet = read_sheets(path).get("settings")
    rows = sheet.rows if sheet else ()
    return next((row.text("value") for row in rows if row.text("name") == name), "")


def _near(path: Path) -> Path:
    """The path as seen from the current folder, if it lies within it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) and path != here else path


def run_file(path: Path) -> dict[str, Any]:
    """The names a model file defines; whatever goes wrong in it is told with the line at fault."""
    try:
        return runpy.run_path(str(path))
    except SyntaxError as error:
        text = f": {error.text.strip()}" if error.text else ""
        raise ModelError(f"{error.filename}, line {error.lineno}: {error.msg}{text}") from None
    except Exception as error:  # a model file is the user's own code, which may raise anything
        frames = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in frames if Path(frame.filename).parent == path.parent] or list(frames)
        kind = "" if isinstance(error, HeconError) else f"{type(error).__name__}: "
        last = inside[-1]
        raise ModelError(f"{last.filename}, line {last.lineno}: {kind}{error}\n    {last.line}") from error
