"""The twins that the tests of the workbook look at: written once, each with a PSA of a few draws."""

import importlib.util
import runpy
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import hecon
from hecon.workbook.layout import Layout
from hecon.workbook.verify.trial import Made

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
FOLDERS = {  # of models by their name; the inputs of a case stand apart from its model
    **{one.parent.name: one.parent for one in sorted((ROOT / "models").glob("*/model.py"))},
    **{one.parent.name: one.parent for one in sorted((ROOT / "tests" / "validation").glob("*/model.py"))},
    "hard": ROOT / "tests" / "hard",
    "starter": ROOT / "src" / "hecon" / "commands" / "starter",
    "families": HERE / "families",
}
DRAWS = 100  # under which no value of information is estimated


def structures(name: str) -> dict[str, Any]:
    """The models of a folder by the name of their structure, the one that its settings ask for (or the first) first."""
    names = runpy.run_path(str(FOLDERS[name] / "model.py"))
    models = names.get("MODELS") or {"": names["MODEL"]}
    own = hecon.read_inputs(inputs_of(name)).settings.get("structure", "")
    return dict(sorted(models.items(), key=lambda one: one[0] != own))


def inputs_of(name: str) -> Path:
    """The inputs of a model."""
    return ROOT / "inputs" / name if FOLDERS[name].parent.name == "models" else FOLDERS[name] / "inputs"


# the first structure of its case with more strategies: 480,000 formulas of the same kind
AGAIN = ("car_t_paediatric_all, comparators",)


@cache
def every_twin() -> list[str]:
    """Every model, its other structures as "name, structure"."""
    named = [
        f"{name}, {structure}" if k else name
        for name in FOLDERS
        for k, structure in enumerate(
            structures(name) if "MODELS" in (FOLDERS[name] / "model.py").read_text() else [""]
        )
    ]
    return [name for name in named if name not in AGAIN]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `any_twin` runs for every model and structure: all such tests of one twin after each other, so that
    the worker that has them writes it once.
    """
    if "any_twin" in metafunc.fixturenames:
        metafunc.parametrize("any_twin", every_twin(), scope="session")


@cache
def made(name: str) -> Made:
    """A model of the repository with its inputs and a small PSA, by its name, or name and structure."""
    name, _, structure = name.partition(", ")
    book = hecon.read_inputs(inputs_of(name))
    models = structures(name)
    model = models[structure] if structure else next(iter(models.values()))
    draws = book.sample(DRAWS, seed=1) if book.margins.varying else None
    psa = hecon.run(model, draws) if draws is not None else None
    reference = book.settings.get("reference") or hecon.run(model, book.base()).strategies[0]
    return Made(model, book, book.settings["perspective"], float(book.settings["threshold"]), reference, psa, draws)


@pytest.fixture(scope="session")
def once_written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Made, Path, Layout]]:
    """A twin written when first asked for: what it is made of, the file, and where its cells are."""
    folder = tmp_path_factory.mktemp("twins")

    @cache
    def twin(name: str) -> tuple[Made, Path, Layout]:
        path = folder / f"{name}.xlsx"
        one = made(name)
        return one, path, one.write(path)

    return twin


@pytest.fixture(scope="session")
def twins(once_written: Callable[[str], tuple[Made, Path, Layout]]) -> Callable[[str], tuple[Made, Path]]:
    """What a twin is made of and the file, by the model's name; nobody changes the file."""
    return lambda name: once_written(name)[:2]


@pytest.fixture(scope="session")
def layouts(once_written: Callable[[str], tuple[Made, Path, Layout]]) -> Callable[[str], Layout]:
    """Where the cells of a twin are, by the model's name; nothing is written a second time."""
    return lambda name: once_written(name)[2]


def need(engine: str) -> None:
    """Skip where an engine is missing, which is a failure where CI must have it."""
    there = importlib.util.find_spec("formualizer") if engine == "formualizer" else shutil.which("soffice")
    if not there:
        pytest.skip(f"{engine} is not installed")


@pytest.fixture(scope="session")
def formualizer() -> None:
    """Tests that need formualizer."""
    need("formualizer")


@pytest.fixture(scope="session")
def libreoffice() -> None:
    """Tests that need LibreOffice."""
    need("soffice")
