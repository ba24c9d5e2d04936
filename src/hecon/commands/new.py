"""`hecon new`: a working case to start from, the three-state starter or a copy of an example, written whole or not at all."""

import os
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import find_home
from hecon.commands.examples import pages_of_example
from hecon.errors import InputError
from hecon.files import draft_room

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def new_case(
    name: Annotated[str, typer.Argument(help="The case's name: letters, digits and underscores.")],
    example: Annotated[
        str,
        typer.Option(
            "--from", metavar="CASE", help="Copy this example, such as car_t_paediatric_all, with its inputs."
        ),
    ] = "",
) -> None:
    """Start a case: a three-state model with inputs, README and test that runs at once, or a copy of an example.

    Nothing is overwritten.
    """
    home = find_home(Path.cwd()) or Path.cwd()
    if not _NAME.fullmatch(name):
        raise InputError(f"'{name}' cannot name a case: use letters, digits and underscores, and begin with a letter")
    pages = pages_of_example(example, name) if example else _starter(name)
    with draft_room(home / name) as room:
        for path, text in pages.items():
            (room / path).parent.mkdir(parents=True, exist_ok=True)
            (room / path).write_bytes(text)
        targets = {room / part: home / part for part in _parts(name) if (room / part).exists()}
        workbook = home / "inputs" / f"{name}.xlsx"
        taken = [target for draft, target in targets.items() if target.exists() and not _alike(draft, target)]
        taken = [*([workbook] if workbook.exists() else []), *taken]
        if taken or all(target.exists() for target in targets.values()):
            there = ", ".join(str(path.relative_to(home)) for path in reversed(taken or list(targets.values())))
            raise InputError(f"{there}: already there; choose another name")
        _place({draft: target for draft, target in targets.items() if not target.exists()})
    for target in reversed(targets.values()):
        typer.echo(f"Wrote {os.path.relpath(target)}")
    typer.echo(f"Next: hecon check {name}; hecon run {name}; then read models/{name}/README.md")


def _parts(name: str) -> tuple[Path, ...]:
    """The files and folders of a case, the model last."""
    tests = Path("tests")
    return tests / f"test_{name}.py", tests / "golden" / f"{name}.toml", Path("inputs", name), Path("models", name)


def _starter(name: str) -> dict[Path, bytes]:
    """The starter's files with the case's name in them, by their path in the folder of the case."""
    starter = files("hecon.commands.starter")
    pages = {Path("models", name, page): starter / page for page in ("model.py", "README.md")}
    pages |= {
        Path("inputs", name, page.name): page for page in (starter / "inputs").iterdir() if page.name.endswith("csv")
    }
    pages[Path("tests", f"test_{name}.py")] = starter / "plain_loops.py"
    return {path: page.read_text(encoding="utf-8").replace("$case", name).encode() for path, page in pages.items()}


def _place(moves: dict[Path, Path]) -> None:
    """Move each draft to its place; what was placed is taken back when one of them cannot be.

    The model comes last, for with it the case is there. After a kill before that, `new` goes on where it was: what stands in
    its place unchanged is its own.
    """
    placed: list[Path] = []
    try:
        for draft, target in moves.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(target)
            placed.append(target)
    except BaseException:
        for target in placed:
            shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        raise


def _alike(draft: Path, target: Path) -> bool:
    """Whether a file, or a folder with all that is in it, is byte for byte what `new` writes."""
    if draft.is_file():
        return target.is_file() and target.read_bytes() == draft.read_bytes()
    names = sorted(path.name for path in draft.iterdir())
    return (
        target.is_dir()
        and sorted(path.name for path in target.iterdir()) == names
        and all(_alike(draft / name, target / name) for name in names)
    )
