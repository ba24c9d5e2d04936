"""A written page against hecon: its data, its scripts, and every number that its printed model gives."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.page.contents import contents
from hecon.page.engine_script import engine_script
from hecon.page.model_script import ModelScript, model_script
from hecon.page.run_javascript import Runner, program_of
from hecon.page.scripts import page_scripts
from hecon.page.verify.certificate import NOT_LIVE, PageCertificate
from hecon.page.verify.compare import Tally
from hecon.page.verify.page_file import PageFile, read_page, scripts_of
from hecon.page.verify.trial import Trial, try_all
from hecon.page.with_agreements import PageAgreements, with_agreements_of
from hecon.version import VERSION
from hecon.workbook.verify.certificate import Finding, finding

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.results.analysis import Analysis

_OWN = ("date", "verification", "draws", "version", "fingerprints")  # entries of the data that are compared otherwise
_FAR = 40  # inputs far from the base case


@dataclass(frozen=True)
class Redacted:
    """What a page without confidential inputs must be: its printed model and its data; `names` are the inputs withheld."""

    printed: ModelScript
    data: Mapping[str, Any]
    names: tuple[str, ...]


def verify_page(
    page: str | Path | PageFile,
    analysis: "Analysis",
    *,
    count: int = 50,
    seed: int = 1,
    runner: Runner | None = None,
    redacted: Redacted | None = None,
) -> PageCertificate:
    """Compare a page with the analysis it was written from, run anew: the base case, `count` sets of other inputs with other
    horizons and discount rates, each input alone at its bounds and far beyond, and the draws that it carries.

    The analysis needs no draws of its own; what a `redacted` page withholds is filled in from it. The printed model is run in
    Node, or in Chromium where there is no Node.

    Raises:
        InputError: no page that hecon wrote. HeconError: neither Node nor Chromium is here; an analysis without a model.

    >>> from hecon import open_case
    >>> from hecon.page.write_page import page_text
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> verify_page(page_text(analysis), analysis, count=2).passed
    True
    """
    found = page if isinstance(page, PageFile) else read_page(page)
    held = with_agreements_of(analysis) if redacted is None else PageAgreements(*analysis.at_hand(), None)
    model, book = held.model, held.book
    draws = draws_of(found, book)
    printed = redacted.printed if redacted else model_script(model, book, () if draws is None else draws.names)
    findings = [_same_model(found, analysis, redacted)]
    notes = [*NOT_LIVE]
    if redacted:
        notes.append(
            f"filled in from the case: {', '.join(redacted.names)}; the fingerprint of the inputs is salted, and was not compared"
        )
    if findings[0].passed:
        if found.data.get("version") == VERSION:
            now = analysis if draws is None else replace(analysis, draws=draws)
            told = dict(redacted.data) if redacted else contents(now, held, printed)
            findings += [_data(found, told), _scripts(found, printed)]
        else:
            notes.append(
                f"the page was written by hecon {found.data.get('version')}: its other scripts were not compared"
            )
        trial = Trial(found.model, printed, model, book, draws, count, _FAR, seed)
        tally, more = try_all([trial], runner=runner)[0]
        findings += more
        as_sampled = None if draws is None else _as_sampled(found, draws, analysis.at_hand()[1])
        findings += [as_sampled] if as_sampled is not None else []
        if draws is None:
            notes.append("the page carries no draws")
        elif as_sampled is None:
            notes.append("its draws were made elsewhere: the engine took those that the page carries")
    else:
        tally = Tally()
        notes.append("no number was compared: the page is of another model or of other inputs")
    marks = found.data.get("fingerprints", {})
    sets = sum(number for kind, number in tally.sets.items() if kind != "draws")
    return PageCertificate(
        found.name, str(found.data.get("case", "")), found.digest, VERSION, engine_told(runner), tally.numbers, tally.worst,
        tally.where, sets, tally.sets.get("draws", 0), len(tally.refused), tuple(findings), tuple(notes),
        str(marks.get("inputs", "")), str(marks.get("program", "")),
    )  # fmt: skip


def engine_told(runner: Runner | None = None) -> str:
    """Name and version of the program that runs JavaScript, such as "Node 18.19.0".

    >>> engine_told().split()[0] in ("Node", "Chromium")
    True
    """
    program, found = program_of(runner)
    said = subprocess.run([program, "--version"], capture_output=True, encoding="utf-8", check=False, timeout=60).stdout
    number = next((word for word in said.replace("v", " ").split() if word[:1].isdigit()), "")
    return f"{found.capitalize()} {number}".strip()


def draws_of(found: PageFile, book: "Book") -> "Draws | None":
    """The draws that the page carries, as draws of these inputs; None where it carries none.

    >>> from hecon import open_case
    >>> from hecon.page.write_page import page_text
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> draws_of(read_page(page_text(analysis)), analysis.book) is None
    True
    """
    values = found.draws
    if values is None:
        return None
    told = found.data["draws"]
    names, numbers = tuple(str(name) for name in told["names"]), np.arange(values.shape[1])
    method = told.get("method") or "external"
    return replace(book.base(), names=names, values=values, draw=numbers, method=method, seed=told.get("seed"))


def _same_model(found: PageFile, analysis: "Analysis", redacted: Redacted | None) -> Finding:
    """Whether the page is of this model and of these inputs, by their fingerprints; that of a redacted page's inputs is salted."""
    told = found.data.get("fingerprints", {})
    now = {"inputs": analysis.input_fingerprint, "program": analysis.program_fingerprint}
    words = {"inputs": "the inputs", "program": "the model"}
    if redacted:
        del now["inputs"]
    faults = [
        f"the page was written from {words[key]} of fingerprint {str(told.get(key, 'none'))[:12]}; now it is {str(mark)[:12]}"
        for key, mark in now.items()
        if told.get(key) != mark
    ]
    which = "the model's fingerprint is" if redacted else "fingerprints of inputs and model are"
    return finding("the same model", faults, f"{which} the case's", "are ANOTHER case's")


def _data(found: PageFile, told: dict[str, Any]) -> Finding:
    """Whether every entry of the page's data is that of a page written now."""
    faults = [one for key, now in told.items() if key not in _OWN for one in _unlike(key, found.data.get(key), now)]
    return finding("data", faults, "labels, values, sources and ranges are those of the inputs", "are not the inputs'")


def _unlike(what: str, mine: Any, now: Any) -> Iterator[str]:
    """Where two entries part."""
    if isinstance(now, dict) and isinstance(mine, dict):
        for key in dict.fromkeys([*now, *mine]):
            yield from _unlike(f"{what}, {key}", mine.get(key), now.get(key))
    elif isinstance(now, list | tuple) and isinstance(mine, list) and len(now) == len(mine):
        for k, pair in enumerate(zip(mine, now, strict=True)):
            name = pair[1].get("name", k + 1) if isinstance(pair[1], dict) else k + 1
            yield from _unlike(f"{what}, {name}", *pair)
    elif mine != now and not (isinstance(now, tuple) and mine == list(now)):
        yield f"{what} is {_short(mine)}, and must be {_short(now)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "..."


def _scripts(found: PageFile, printed: ModelScript) -> Finding:
    """Whether the scripts that run in the page are those that hecon writes."""
    faults = []
    if found.model != _inside(engine_script(printed)):
        faults.append("the printed model is not the one that hecon prints of it now")
    wanted = scripts_of(page_scripts())
    others = [one for one in found.scripts if one.strip() != found.model]
    for script in wanted:
        if script not in others:
            faults.append(
                f"{script.strip().splitlines()[0].removeprefix('// ')} is not as hecon writes it, or is missing"
            )
    faults += [f"a script that hecon does not write: {one.strip()[:60]}" for one in others if one not in wanted]
    return finding("scripts", faults, f"{len(wanted) + 1} scripts are those of hecon {VERSION}", "are not hecon's")


def _inside(text: str) -> str:
    return text.replace("</", "<\\/").strip()


def _as_sampled(found: PageFile, draws: "Draws", book: "Book") -> Finding | None:
    """Whether the draws are those that hecon samples from their seed; None for draws that were made elsewhere."""
    seed, method = found.data["draws"].get("seed"), found.data["draws"].get("method")
    if seed is None or method in (None, "external"):
        return None
    sampled = book.sample(draws.n, seed, method)
    faults = [
        name
        for name, row in zip(draws.names, draws.values, strict=True)
        if not np.array_equal(row, np.broadcast_to(sampled[name], draws.n).astype(np.float32).astype(np.float64))
    ]
    good = f"{draws.n:,} draws of {len(draws.names)} inputs are those of seed {seed} ({method})"
    return finding("carried draws", faults, good, "inputs have other draws than those of its seed")
