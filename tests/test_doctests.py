"""Every public function has a doctest, and so has every class a user makes; every doctest runs.

Public is what a module of hecon defines without an underscore. Commands of the shell have a help text and tests of their
own instead; records that hecon makes are seen in the doctests of the functions that return them. What puts cells on a sheet
of the executable workbook needs a whole workbook around it: it is tested by recalculating the workbook. What tests a model
is shown on broken models in tests/verification.
"""

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

import pytest

import hecon
from hecon.verification.tests import TESTS

SHELL = ("hecon.cli", "hecon.commands", "hecon.cases")
SHEETS = "hecon.workbook."
MODULES = sorted(
    one.name for one in pkgutil.walk_packages(hecon.__path__, "hecon.") if not one.name.endswith("__main__")
)


def defined(module: ModuleType) -> dict[str, Any]:
    """The public functions and classes that a module defines itself."""
    return {
        name: found
        for name, found in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(found) or inspect.isroutine(found))
        and getattr(found, "__module__", "") == module.__name__
        and not getattr(found, "_is_protocol", False)
    }


def has_doctest(found: Any) -> bool:
    """Whether an example stands in its docstring, or in that of one of a class's methods."""
    texts = [inspect.getdoc(found) or ""]
    if inspect.isclass(found):
        texts += [inspect.getdoc(member) or "" for name, member in vars(found).items() if not name.startswith("_")]
    return any(">>> " in text for text in texts)


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith((*SHELL, SHEETS))])
def test_every_public_function_has_a_doctest(name: str) -> None:
    found = defined(importlib.import_module(name))
    shown = [test.find for test in TESTS]
    bare = [
        one
        for one, thing in found.items()
        if not inspect.isclass(thing) and thing not in shown and not has_doctest(thing)
    ]
    assert not bare, f"{name}: no doctest in {', '.join(bare)}"


@pytest.mark.parametrize("name", [name for name in hecon.__all__ if not name.endswith("Error")])
def test_everything_a_user_imports_has_a_doctest(name: str) -> None:
    assert has_doctest(getattr(hecon, name))


@pytest.mark.parametrize("name", ["hecon", *MODULES])
def test_doctests_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert not failed
