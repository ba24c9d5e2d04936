"""A command that is killed at each of its file operations: what stands on the disk then, and what the next run leaves.

The disk after a kill before an operation is the disk as it is before that operation: so one run is looked at before each of
them, and copied. Some kills are made in earnest beside, in a fork of this process, which has imported everything.
"""

import hashlib
import os
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from hecon.cli import app
from hecon.files import remove_leftovers

CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.symlink", "ctypes.dlsym"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def before_each(words: tuple[object, ...], home: Path, act: Callable[[int], None]) -> int:
    """Run `hecon <words>` in a fork and call `act(n)` before its n-th file operation in `home`; the exit code."""

    def child() -> int:
        count, busy = 0, False

        def hook(event: str, args: tuple[object, ...]) -> None:
            nonlocal count, busy
            if busy or not (event in CHANGES or (event == "open" and int(args[2] or 0) & _WRITES)):  # type: ignore[call-overload]
                return
            busy = True
            path = str(args[0])
            if event == "ctypes.dlsym" or not path.startswith("/") or path.startswith(str(home)):
                count += 1
                act(count)
            busy = False

        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        sys.addaudithook(hook)
        return int(app([str(word) for word in words], standalone_mode=False) or 0)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = child()
        except BaseException:
            Path(home.parent, "trouble.txt").write_text(traceback.format_exc())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def snapshots(words: tuple[object, ...], home: Path, room: Path) -> list[Path]:
    """Copies of `home` as it stood before each file operation of a command, and as it stands at the end."""
    room.mkdir()

    def copy(n: int) -> None:
        shutil.copytree(home, room / f"{n:04}", symlinks=True)

    assert before_each(words, home, copy) == 0, Path(home.parent, "trouble.txt").read_text()
    shutil.copytree(home, room / "last", symlinks=True)
    return sorted(room.iterdir())


def killed(words: tuple[object, ...], home: Path, n: int) -> bool:
    """Run a command and kill it before its n-th file operation; False where it had fewer."""
    code = before_each(words, home, lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == n else None)
    assert code in (0, -signal.SIGKILL), Path(home.parent, "trouble.txt").read_text()
    return code != 0


def interrupted(words: tuple[object, ...], home: Path, n: int) -> bool:
    """Run a command and press Ctrl-C before its n-th file operation; False where it had fewer."""
    pressed = before_each(words, home, lambda at: os.kill(os.getpid(), signal.SIGINT) if at == n else None)
    assert pressed in (0, 130), Path(home.parent, "trouble.txt").read_text()
    return pressed != 0


def digest(path: Path) -> str | None:
    """What stands at a path, name by name and byte by byte; None where nothing does."""
    if not path.exists():
        return None
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    mark = hashlib.sha256()
    for file in files:
        mark.update(f"{file.relative_to(path)}\n".encode())
        mark.update(file.read_bytes() if file.is_file() else b"folder")
    return mark.hexdigest()


def clean(home: Path) -> list[str]:
    """Let the next run's cleaning pass over every folder; the hidden names that are left."""
    for folder in [home, *(path for path in home.rglob("*") if path.is_dir())]:
        if folder.exists():
            remove_leftovers(folder)
    return [str(path) for path in home.rglob(".*")]
