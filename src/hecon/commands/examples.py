"""The cases that ship with hecon: where they are, and the files of a copy of one under another name."""

import re
from importlib.resources import files
from pathlib import Path

import hecon
from hecon.errors import HeconError, InputError, nearest
from hecon.version import VERSION


def examples() -> Path:
    """The folder with the models/, inputs/ and tests/ of the examples: in the package, or the checkout it runs from.

    Raises:
        HeconError: the installation holds none.

    >>> (examples() / "models" / "til_melanoma" / "model.py").is_file()
    True
    """
    package = Path(hecon.__file__).parent
    for folder in (package / "examples", package.parents[1]):
        if (folder / "models").is_dir() and (folder / "inputs").is_dir():
            return folder
    raise HeconError(f"{package}: holds no examples; install hecon anew, or begin with: hecon new my_case")


def example_names() -> list[str]:
    """The names of the examples, sorted.

    >>> "car_t_paediatric_all" in example_names()
    True
    """
    models = {path.parent.name for path in examples().glob("models/*/model.py")}
    return sorted(models & {path.parent.name for path in examples().glob("inputs/*/parameters.csv")})


def pages_of_example(case: str, name: str) -> dict[Path, bytes]:
    """The files of a copy of an example, by their path in the folder of the copy; inputs are the same byte for byte.

    Where a text names the example as a case, it names the copy. Its golden totals come with a test that compares them.

    Raises:
        InputError: no example has that name.

    >>> pages_of_example("til", "mine")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: there is no example 'til' (known: ...axi_cel_second_line, ...)
    """
    known = example_names()
    if case not in known:
        raise InputError(f"there is no example '{case}'{nearest(case, known)} (known: {', '.join(known)})")
    home = examples()
    pages: dict[Path, bytes] = {}
    for path in sorted((home / "models" / case).iterdir()):
        if path.is_file():
            pages[Path("models", name, path.name)] = _renamed(path.read_bytes(), case, name)
    for path in sorted((home / "inputs" / case).iterdir()):
        if path.is_file():
            pages[Path("inputs", name, path.name)] = path.read_bytes()
    readme = Path("models", name, "README.md")
    title, _, rest = pages[readme].partition(b"\n")
    origin = f"A copy of `{case}`, an example of hecon {VERSION}; the tests it names stand in hecon's source."
    pages[readme] = b"\n".join([title, b"", origin.encode(), rest])
    golden = home / "tests" / "golden" / f"{case}.toml"
    if golden.is_file():
        test = (files("hecon.commands.starter") / "golden_totals.py").read_text(encoding="utf-8")
        pages[Path("tests", "golden", f"{name}.toml")] = golden.read_bytes()
        pages[Path("tests", f"test_{name}.py")] = test.replace("$case", name).replace("$example", case).encode()
    return pages


def _renamed(text: bytes, case: str, name: str) -> bytes:
    """The text with the name of the case replaced in paths and commands; a strategy may be called the same."""
    return re.sub(rf"((?:models|inputs|outputs)/|hecon [\w-]+ ){case}\b".encode(), rf"\g<1>{name}".encode(), text)
