"""The twins that the tests of the workbook look at: written once, each with a PSA of a few draws."""

import importlib.util
import os
import runpy
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import hecon
from hecon.workbook.trial import Made

ROOT = Path(__file__).parents[2]
MODELS = tuple(sorted(one.parent.name for one in (ROOT / "models").glob("*/model.py")))
VALIDATION = tuple(sorted(one.parent.name for one in (ROOT / "tests" / "validation").glob("*/model.py")))
DRAWS = 60


@cache
def made(name: str) -> Made:
    """A model of the repository with its inputs and a small PSA, by the name of its folder."""
    folder = ROOT / "models" / name
    if name == "starter":
        folder = ROOT / "src" / "hecon" / "commands" / "starter"
    elif name not in MODELS:
        folder = ROOT / "tests" / (name if name == "hard" else f"validation/{name}")
    inputs = ROOT / "inputs" / name if name in MODELS else folder / "inputs"
    book = hecon.read_inputs(inputs)
    names = runpy.run_path(str(folder / "model.py"))
    models = names.get("MODELS") or {"": names["MODEL"]}
    model = models.get(book.settings.get("structure", "")) or next(iter(models.values()))
    draws = book.sample(DRAWS, seed=1) if book.margins.varying else None
    psa = hecon.run(model, draws) if draws is not None else None
    reference = book.settings.get("reference") or hecon.run(model, book.base()).strategies[0]
    return Made(model, book, book.settings["perspective"], float(book.settings["threshold"]), reference, psa, draws)


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Made, Path]]:
    """What a twin is made of and the file, by the model's name; written when first asked for."""
    folder = tmp_path_factory.mktemp("twins")

    @cache
    def twin(name: str) -> tuple[Made, Path]:
        path = folder / f"{name}.xlsx"
        one = made(name)
        one.write(path)
        return one, path

    return twin


def need(engine: str) -> None:
    """Skip where an engine is missing, but fail where CI must have it."""
    there = importlib.util.find_spec("formualizer") if engine == "formualizer" else shutil.which("soffice")
    if there:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{engine} is missing")
    pytest.skip(f"{engine} is not installed")


@pytest.fixture(scope="session")
def formualizer() -> None:
    """Tests that need formualizer."""
    need("formualizer")


@pytest.fixture(scope="session")
def libreoffice() -> None:
    """Tests that need LibreOffice."""
    need("soffice")
