"""An analysis kept whole in a folder and loaded again: inputs, draws, outcomes, fingerprints; a run's folder is one.

Loading runs no code: the model is not in the folder, and is given by whoever has it.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.exchange.storage import load_outcomes, load_parameters, save_outcomes
from hecon.errors import HeconError, InputError
from hecon.files import whole_folder
from hecon.inputs.draws import Draws
from hecon.inputs.reading import read_inputs
from hecon.inputs.writing import write_inputs
from hecon.outcomes import Outcomes
from hecon.report.folder import how_read, versions, write_json
from hecon.results.analysis import Analysis
from hecon.results.case import KEEP
from hecon.results.options import RunSettings
from hecon.results.texts import FILE, read_texts, texts_markdown

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

FORMAT = "hecon analysis 1"


def save_analysis(analysis: Analysis, folder: str | Path) -> Path:
    """Write an analysis to `folder`, whole: inputs as CSV, base case, draws with their outcomes, how it is read.

    Raises:
        HeconError: a folder that is there and holds no analysis.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> one = Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a")
    >>> folder = save_analysis(one, Path(tempfile.mkdtemp()) / "demo")
    >>> load_analysis(folder).pairwise().row("b").icer.value
    2.0
    """
    target = Path(folder)
    if target.exists() and not (target / "run.json").is_file():
        raise HeconError(f"{target}: is there and holds no analysis; give another folder")
    with whole_folder(target) as draft:
        write_parts(draft, analysis)
        write_json(draft / "run.json", about_run(analysis, "", datetime.now().astimezone()))
    return target


def load_analysis(folder: str | Path, model: "Model | None" = None) -> Analysis:
    """The analysis in a folder that `save_analysis` or `hecon run` wrote.

    With the `model` it was made with, its base case is run again, which must give the same numbers, and everything can be
    asked of it; without, what runs the model (one-way analysis, scenarios) is refused, and so is what a run keeps besides
    totals (results by state and by year).

    Raises:
        InputError: no such folder, or one that holds no whole analysis; inputs that were changed since.
        HeconError: another model than the one it was made with.

    >>> load_analysis("nowhere")
    Traceback (most recent call last):
    hecon.errors.InputError: nowhere: holds no analysis (run.json is not there)
    """
    place = Path(folder)
    about = _about(place)
    book = _book(place, about)
    base = load_outcomes(place / "base.npz")
    psa = load_outcomes(place / "psa.npz") if (place / "psa.npz").is_file() else None
    draws = None if psa is None or book is None else _draws(place, about, book, psa)
    words: dict[str, str] = about["settings"]
    wtp = about["wtp"]  # null without a threshold
    settings = RunSettings(
        about["perspective"], 1.0 if wtp is None else wtp, about["reference"], about["effect"], words.get("structure", ""),
        words.get("scenario", ""), tuple(words.get("strategies", "").split()),
        wtp is not None,
    )  # fmt: skip
    stored = {"title": words.get("title", ""), "program_fingerprint": about["program_fingerprint"] or ""}
    texts = read_texts(place / FILE)
    if model is None or book is None:
        return Analysis(about["case"], None, book, draws, base, psa, settings, {}, stored, texts)
    again = _again(place, model, book, base)
    found = Analysis(about["case"], model, book, draws, again, psa, settings, {"": model}, texts=texts)
    if found.program_fingerprint != about["program_fingerprint"]:
        raise HeconError(f"{place}: was made with another model than the one given (their fingerprints differ)")
    return found


def write_parts(folder: Path, analysis: Analysis) -> None:
    """What an analysis is made of: inputs/, base.npz, with a PSA psa.npz with its draws, and the author's texts if any.

    Of a scenario, the inputs are those of the base case, which declare it.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> place = Path(tempfile.mkdtemp())
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> write_parts(place, Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"))
    >>> [path.name for path in place.iterdir()]
    ['base.npz']
    """
    if analysis.book is not None:
        write_inputs(analysis.book.origin or analysis.book, folder / "inputs")
    if set(analysis.texts) - {"patients"}:
        (folder / FILE).write_text(texts_markdown(analysis.texts), encoding="utf-8")
    save_outcomes(folder / "base.npz", analysis.base)
    if analysis.psa is not None:
        drawn = analysis.draws
        sampled = {} if drawn is None else dict(zip(drawn.names, drawn.values, strict=True))
        save_outcomes(folder / "psa.npz", analysis.psa, sampled)


def about_run(analysis: Analysis, command: str, started: datetime) -> dict[str, Any]:
    """What is needed to run it again: command, inputs, versions, seed, and how it is read; the content of run.json.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> one = Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a")
    >>> about_run(one, "hecon run demo", datetime(2026, 1, 2))["wtp"]
    10.0
    """
    return {
        "format": FORMAT,
        "case": analysis.case,
        "command": command,
        "started": started.isoformat(timespec="seconds"),
        "input_fingerprint": analysis.input_fingerprint,
        "program_fingerprint": analysis.program_fingerprint,
        **how_read(analysis.settings, analysis.psa, analysis.draws, analysis.base.strategies),
        "settings": analysis.about,
        "versions": versions(),
    }


def _about(place: Path) -> dict[str, Any]:
    file = place / "run.json"
    if not file.is_file():
        raise InputError(f"{place}: holds no analysis (run.json is not there)")
    try:
        about: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read ({error})") from None
    if about.get("format") != FORMAT or not (place / "base.npz").is_file():
        raise InputError(f"{place}: holds no whole analysis; run the case again (this version reads '{FORMAT}')")
    return about


def _book(place: Path, about: dict[str, Any]) -> "Book | None":
    """The inputs, which must still be those that the run was made with."""
    from dataclasses import replace

    if about["input_fingerprint"] is None:
        return None
    book = replace(read_inputs(place / "inputs"), case=about["case"])
    scenario = about["settings"].get("scenario", "")
    book = book.scenario(scenario) if scenario else book
    if about["input_fingerprint"] not in (book.fingerprint(), _untold(book).fingerprint()):
        raise InputError(f"{place / 'inputs'}: are not the inputs of this run; they were changed since")
    return book


def _untold(book: "Book") -> "Book":
    """The book with provenances as they were before files had to say unverified."""
    from dataclasses import replace

    from hecon.inputs.writing import UNTOLD

    bare = {
        name: replace(one, provenance="") if one.provenance == UNTOLD else one for name, one in book.parameters.items()
    }
    return replace(book, parameters=bare)


def _draws(place: Path, about: dict[str, Any], book: "Book", psa: Outcomes) -> Draws | None:
    sampled = load_parameters(place / "psa.npz")
    if about["sampling"] is None:
        return None
    values = np.array(list(sampled.values())).reshape(len(sampled), psa.draw.size)
    return Draws(book, tuple(sampled), values, about["sampling"], about["seed"], psa.draw)


def _again(place: Path, model: "Model", book: "Book", base: Outcomes) -> Outcomes:
    """The base case run again with what a run keeps; its numbers must be the stored ones."""
    from hecon.evaluate.run import run

    again = run(model, book.base(), keep=KEEP)
    same = again.strategies == base.strategies and again.items == base.items
    if not same or not np.allclose(again.values, base.values, rtol=1e-12, atol=0):
        raise HeconError(f"{place}: the model given does not give the base case that is stored")
    return again
