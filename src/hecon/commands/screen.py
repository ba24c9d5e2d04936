"""What every command shows: consoles for results and for messages."""

import errno
import json
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hecon.errors import InputError
from hecon.progress import progress

if TYPE_CHECKING:
    from rich.console import Console

waiting = progress  # how commands say what takes long
_WIDTH = 120  # columns of output that goes to a file or a pipe


def refuse_to_replace(force: bool, *targets: Path | None) -> None:
    """Refuse files that are there already, unless told to replace them; None is no file.

    Raises:
        InputError: those that are there.

    >>> refuse_to_replace(False, None, Path("no_such_file.html"))
    """
    there = [str(path) for path in targets if path is not None and path.exists()]
    if there and not force:
        them = "it" if len(there) == 1 else "them"
        verb = "is" if len(there) == 1 else "are"
        raise InputError(f"{', '.join(there)}: {verb} there already; give another name, or --force to replace {them}")


def results() -> "Console":
    """The console on stdout, for what was asked for."""
    return _console(stderr=False)


def messages() -> "Console":
    """The console on stderr, for what goes wrong or takes long."""
    return _console(stderr=True)


def tell(text: str, style: str | None = None) -> None:
    """A remark on stderr, which leaves what was asked for on stdout alone.

    >>> tell("")
    """
    if text:
        messages().print(text, style=style, markup=False, soft_wrap=True)


def print_json(found: Mapping[str, Any]) -> None:
    """One JSON object on stdout.

    >>> print_json({"draws": 2})
    {
      "draws": 2
    }
    """
    typer.echo(json.dumps(found, indent=2, allow_nan=False, ensure_ascii=False))


def command_line() -> str:
    """The command as it was typed, for the files that tell what made them."""
    return shlex.join(["hecon", *sys.argv[1:]])


def _console(stderr: bool) -> "Console":
    from rich import console as rich_console

    class Console(rich_console.Console):
        """A console that leaves a closed pipe to be told where every other error is."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH)
