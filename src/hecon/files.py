"""Files and folders that are written whole or not at all, whatever ends the process: a fault, a full disk, a kill.

What is written stands in a hidden room, `.NAME-xxxxxxxx`, beside its place until it is whole. A room is locked by the
process it belongs to, so that the next one to write there removes what a killed one left, and nothing else.
"""

import csv
import ctypes
import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hecon.errors import HeconError
from hecon.interrupts import undisturbed

if sys.platform != "win32":
    import fcntl

_ROOM = re.compile(r"\.(.+)-[0-9a-f]{8}")
_PARTS = {"new", "old", "reserved"}  # all that stands in a room; what holds more is somebody else's folder
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
_placed: list[Path] = []
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


@dataclass(frozen=True)
class Place:
    """A folder that is being written: fill `draft`; `target` is where it will stand."""

    draft: Path
    target: Path


@contextmanager
def whole_file(target: str | Path) -> Iterator[Path]:
    """A draft, of the same name in another folder, that takes the place of `target` when all went well.

    A link is followed; folders above `target` are made.

    Raises:
        HeconError: the system's reason why it cannot be written, such as a full disk; `target` is then as it was.

    >>> import tempfile
    >>> page = Path(tempfile.mkdtemp()) / "page.html"
    >>> with whole_file(page) as draft:
    ...     _ = draft.write_text("whole")
    >>> page.read_text(), len(list(page.parent.iterdir()))
    ('whole', 1)
    """
    target = Path(target)
    end = Path(os.path.realpath(target)) if target.is_symlink() and target.exists() else target
    with told(target), _room(end) as room:
        draft = room / "new" / end.name
        yield draft
        with undisturbed():
            os.replace(draft, end)
            _note(end)


def write_csv_rows(path: Path, rows: Iterable[Iterable[object]]) -> None:
    r"""Rows as a CSV file in UTF-8, the same bytes on every system; for a draft, since the file is not written whole or not.

    >>> import tempfile
    >>> table = Path(tempfile.mkdtemp()) / "table.csv"
    >>> write_csv_rows(table, [["name", "value"], ["price", 5.0]])
    >>> table.read_bytes()
    b'name,value\nprice,5.0\n'
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@contextmanager
def whole_folder(target: str | Path) -> Iterator[Path]:
    """A draft folder that takes the place of `target`, and of the folder that is there, when all went well.

    Raises:
        HeconError: as `whole_file`.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "first"
    >>> for text in ("old", "new"):
    ...     with whole_folder(place) as folder:
    ...         _ = (folder / "run.json").write_text(text)
    >>> (place / "run.json").read_text(), len(list(place.parent.iterdir()))
    ('new', 1)
    """
    target = Path(target)
    end = Path(os.path.realpath(target)) if target.is_symlink() and target.exists() else target
    with told(target), _room(end) as room:
        yield room / "new"
        with undisturbed():
            _replace_folder(room, end)
            _note(end)


@contextmanager
def numbered_folder(target: str | Path) -> Iterator[Place]:
    """As `whole_folder`, for a folder that replaces none: `target`, or `target`_2 and so on where the name is taken.

    The name is taken at once, by an empty folder, so that of several that begin together each has its own.

    Raises:
        HeconError: as `whole_file`.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "run"
    >>> with numbered_folder(place) as one, numbered_folder(place) as other:
    ...     one.target.name, other.target.name
    ('run', 'run_2')
    >>> sorted(path.name for path in place.parent.iterdir())
    ['run', 'run_2']
    """
    first, k = Path(target), 1
    with told(first):
        while True:
            end = first if k == 1 else first.with_name(f"{first.name}_{k}")
            k += 1
            if os.path.lexists(end):
                continue
            with _room(end) as room:
                (room / "reserved").mkdir()
                try:
                    end.mkdir()
                except FileExistsError:
                    continue
                try:
                    yield Place(room / "new", end)
                    with undisturbed():
                        if sys.platform == "win32":
                            end.rmdir()  # there no folder takes the place of another, be it empty
                        os.rename(room / "new", end)
                        _note(end)
                except BaseException:
                    with undisturbed(), suppress(OSError):
                        end.rmdir()
                    raise
                return


@contextmanager
def draft_room(target: str | Path) -> Iterator[Path]:
    """An empty folder on the disk of `target`, from which whoever asked for it moves things to their places.

    Raises:
        HeconError: as `whole_file`.

    >>> import tempfile
    >>> with draft_room(Path(tempfile.mkdtemp()) / "case") as room:
    ...     list(room.iterdir())
    []
    """
    with told(Path(target)), _room(Path(target)) as room:
        yield room / "new"


@contextmanager
def placed() -> Iterator[list[Path]]:
    """The files and folders that were put in their places, whole, since the block began.

    >>> import tempfile
    >>> with placed() as there, whole_file(Path(tempfile.mkdtemp()) / "page.html") as draft:
    ...     _ = draft.write_text("whole")
    >>> [path.name for path in there]
    ['page.html']
    """
    _placed.clear()
    yield _placed


@contextmanager
def told(target: Path) -> Iterator[None]:
    """What the system refuses while the block runs becomes a message with its reason; a closed pipe is none of it.

    >>> with told(Path("page.html")):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    hecon.errors.HeconError: page.html: cannot be written (No space left on device); make room, or write elsewhere
    """
    try:
        yield
    except Exception as error:  # a library may raise its own error from the system's refusal; all others go on
        reason = _refusal(error)
        inside = any(_ROOM.fullmatch(path.name) for path in target.parents)  # of a draft, whose own place is told
        if reason is None or reason.errno == errno.EPIPE or inside:
            raise
        full = reason.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        what = reason.strerror or str(reason)
        where = f": {reason.filename}" if reason.filename and str(reason.filename) != str(target) and not full else ""
        remedy = "make room, or write elsewhere" if full else "give another place with --out"
        raise HeconError(f"{target}: cannot be written ({what}{where}); {remedy}") from error


def remove_leftovers(folder: Path) -> None:
    """Remove the rooms that killed processes left in a folder; those of processes that live are locked and stay.

    Where a kill fell between taking an old folder away and putting the new one in its place, the old one is put back.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / ".run-0123abcd" / "old" / "x").mkdir(parents=True)
    >>> remove_leftovers(folder)
    >>> [path.name for path in folder.iterdir()]
    ['run']
    """
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            match = _ROOM.fullmatch(entry.name)
            if match and entry.is_dir(follow_symlinks=False):
                _clear(Path(entry.path), folder / match[1])


@contextmanager
def _room(target: Path) -> Iterator[Path]:
    """A locked folder beside `target` with an empty folder `new` in it; removed at the end."""
    above = [path for path in (target.parent, *target.parent.parents) if not path.exists()]
    remove_leftovers(target.parent)
    with ExitStack() as at_end:
        with undisturbed():
            at_end.callback(_remove_empty, above)
            room, lock = _locked(target)
            at_end.callback(_leave, room, lock)
            (room / "new").mkdir()
        yield room


def _leave(room: Path, lock: int | None) -> None:
    with undisturbed():
        shutil.rmtree(room, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders that were made for nothing, where the block failed."""
    with undisturbed():
        for path in folders:
            with suppress(OSError):
                path.rmdir()  # which removes an empty folder only


def _note(end: Path) -> None:
    """Remember what stands in its place now; what goes into a room is no place yet."""
    if not any(_ROOM.fullmatch(path.name) for path in end.parents):
        _placed.append(end)


def _locked(target: Path) -> tuple[Path, int | None]:
    """A new folder and the lock on it; none where the file system knows no locks, and then nobody removes leftovers."""
    while True:
        room = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            room.mkdir(0o700)
        except FileNotFoundError:  # another process made the folder above for nothing and removed it again
            continue
        if sys.platform == "win32":
            return room, None
        # Between its making and its locking, a room looks left behind: whoever removed it then is outrun by a new one.
        with suppress(FileNotFoundError):
            lock = os.open(room, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.stat(room).st_ino == os.fstat(lock).st_ino:
                    return room, lock
            except BlockingIOError:
                pass
            except FileNotFoundError:
                os.close(lock)
                continue
            except OSError:
                os.close(lock)
                return room, None
            os.close(lock)


def _clear(room: Path, target: Path) -> None:
    """Remove one room, if its process is gone."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        lock = os.open(room, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            parts = set(os.listdir(room))
            if not parts <= _PARTS:
                return
            if "old" in parts and not os.path.lexists(target):
                os.rename(room / "old", target)
            if "reserved" in parts:
                with suppress(OSError):
                    target.rmdir()  # which removes an empty folder only
            shutil.rmtree(room, ignore_errors=True)
        finally:
            os.close(lock)


def _replace_folder(room: Path, target: Path) -> None:
    """Put `new` in the place of `target`: in one step where the system can, else in two that can be undone."""
    new, old = room / "new", room / "old"
    if target.is_dir() and _exchange(new, target):
        return
    if target.is_dir():
        os.rename(target, old)
    try:
        os.rename(new, target)
    except BaseException:
        if old.exists():
            os.rename(old, target)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # an older or another C library
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _refusal(error: BaseException) -> OSError | None:
    """The system's refusal that an error is or wraps, as XlsxWriter's FileCreateError does."""
    if isinstance(error, OSError):
        return error
    if isinstance(error, HeconError):
        return None
    wrapped = [error.__cause__, *error.args]
    return next((one for one in wrapped if isinstance(one, OSError)), None)
