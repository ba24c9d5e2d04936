"""`hecon new`: a working three-state case to start from; model, README, inputs and test, written whole or not at all."""

import os
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from hecon.cases import find_home
from hecon.errors import InputError
from hecon.files import draft_room

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def new_case(name: Annotated[str, typer.Argument(help="The case's name: letters, digits and underscores.")]) -> None:
    """Start a case: a three-state model with inputs, README and test that runs at once; nothing is overwritten."""
    home = find_home(Path.cwd()) or Path.cwd()
    if not _NAME.fullmatch(name):
        raise InputError(f"'{name}' cannot name a case: use letters, digits and underscores, and begin with a letter")
    targets = {
        "test.py": home / "tests" / f"test_{name}.py",
        "inputs": home / "inputs" / name,
        "model.py": home / "models" / name,
    }
    workbook = home / "inputs" / f"{name}.xlsx"
    with draft_room(home / name) as room:
        drafts = _write(room, name)
        taken = [target for part, target in targets.items() if target.exists() and not _alike(drafts[part], target)]
        taken = [*([workbook] if workbook.exists() else []), *taken]
        if taken or all(target.exists() for target in targets.values()):
            there = ", ".join(str(path.relative_to(home)) for path in reversed(taken or list(targets.values())))
            raise InputError(f"{there}: already there; choose another name")
        _place({drafts[part]: target for part, target in targets.items() if not target.exists()})
    for target in reversed(targets.values()):
        typer.echo(f"Wrote {os.path.relpath(target)}")
    typer.echo(f"Next: hecon check {name}; hecon run {name}; then read models/{name}/README.md")


def _write(room: Path, name: str) -> dict[str, Path]:
    """The starter's files with the case's name in them, as a model folder, an inputs folder and a test."""
    starter = files("hecon.commands.starter")
    drafts = {"model.py": room / "model", "inputs": room / "inputs", "test.py": room / "test.py"}
    drafts["model.py"].mkdir()
    drafts["inputs"].mkdir()
    pages = {drafts["model.py"] / page: starter / page for page in ("model.py", "README.md")}
    pages |= {
        drafts["inputs"] / page.name: page for page in (starter / "inputs").iterdir() if page.name.endswith("csv")
    }
    pages[drafts["test.py"]] = starter / "plain_loops.py"
    for path, page in pages.items():
        path.write_text(page.read_text(encoding="utf-8").replace("$case", name), encoding="utf-8")
    return drafts


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
