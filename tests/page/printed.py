"""Every model of the repository by its name, and trials of printed models."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hecon
from hecon.page.engine_script import engine_script
from hecon.page.model_script import model_script
from hecon.page.verify.trial import Trial, try_all

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in ROOT.glob("models/*/model.py"))
SMALL = [
    *sorted(path.parent for path in ROOT.glob("tests/validation/*/model.py")),
    ROOT / "tests" / "hard",
    ROOT / "tests" / "workbook" / "families",
    ROOT / "src" / "hecon" / "commands" / "starter",
]


def models_of(folder: Path) -> Iterator[tuple[str, Any, Any]]:
    """Each structure of a folder: its name, the model, its inputs."""
    inputs = ROOT / "inputs" / folder.name if folder.parent.name == "models" else folder / "inputs"
    book = hecon.read_inputs(inputs)
    names = runpy.run_path(str(folder / "model.py"))
    for structure, model in (names.get("MODELS") or {"": names["MODEL"]}).items():
        yield f"{folder.name} {structure}".strip(), model, book


def trial(model: Any, book: Any, n: int = 6, *, drawn: bool = True, **asked: Any) -> Trial:
    """A model as it is printed, with `n` draws; with none of its inputs `drawn`, all is computed while it is prepared."""
    draws = book.sample(n, seed=3) if drawn and book.margins.varying else None
    printed = model_script(model, book, () if draws is None else draws.names)
    asked = {"count": 2, "far": 0, "alone": False, "base": False, **asked}
    return Trial(engine_script(printed), printed, model, book, draws, **asked)


def faults(trials: dict[str, Trial]) -> list[str]:
    """What is found wrong in any of them, all run in one go."""
    found = zip(trials, try_all(list(trials.values())), strict=True)
    return [
        f"{name}, {one.name}: {fault}"
        for name, (_, findings) in found
        for one in findings
        if not one.passed
        for fault in one.faults[:3]
    ]
