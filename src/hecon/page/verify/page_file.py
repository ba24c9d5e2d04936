"""What a written page holds: its data, its printed model, its draws, and its scripts, read from the HTML."""

import json
import zlib
from base64 import b64decode
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.errors import InputError

_NEEDED = ("data", "draws", "engine")


@dataclass(frozen=True)
class PageFile:
    """A page: its `name`, its DATA, the text of its printed model, its packed draws, and all scripts that run in it."""

    name: str
    data: dict[str, Any]
    model: str
    packed: str
    scripts: tuple[str, ...]

    @cached_property
    def draws(self) -> Array | None:
        """The draws (input, draw) that it carries, in the order of the names in its data; None where it has none.

        Raises:
            InputError: bytes that are not so many draws.
        """
        told = self.data.get("draws")
        if not told:
            return None
        try:
            planes = np.frombuffer(zlib.decompress(b64decode(self.packed), -zlib.MAX_WBITS), dtype=np.uint8)
            values = np.ascontiguousarray(planes.reshape(4, -1).T).view("<f4")
            return values.reshape(len(told["names"]), int(told["n"])).astype(np.float64)
        except (zlib.error, ValueError) as error:
            raise InputError(f"{self.name}: its draws cannot be read: {error}") from None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its printed model."""
        return sha256(self.model.encode()).hexdigest()


def read_page(page: str | Path) -> PageFile:
    """A page from its file, or from its text.

    Raises:
        InputError: no file, or one that is no page that hecon wrote.

    >>> read_page("<html><body>none</body></html>")
    Traceback (most recent call last):
    hecon.errors.InputError: the page: is not a page that hecon wrote: it has no elements data, draws, engine
    """
    if isinstance(page, str) and page.lstrip().startswith("<"):
        name, text = "the page", page
    else:
        name, path = Path(page).name, Path(page)
        if not path.is_file():
            raise InputError(f"{page}: not found")
        text = path.read_text(encoding="utf-8", errors="replace")
    found = _Scripts()
    found.feed(text)
    found.close()
    missing = [one for one in _NEEDED if one not in found.named]
    if missing:
        raise InputError(f"{name}: is not a page that hecon wrote: it has no elements {', '.join(missing)}")
    try:
        data = json.loads(found.named["data"])
    except ValueError as error:
        raise InputError(f"{name}: its data cannot be read: {error}") from None
    return PageFile(name, data, found.named["engine"].strip(), found.named["draws"].strip(), tuple(found.run))


def scripts_of(text: str) -> tuple[str, ...]:
    """The scripts that a browser runs, in a piece of HTML.

    >>> scripts_of('<script>let a;</script><script type="application/json">[]</script>')
    ('let a;',)
    """
    found = _Scripts()
    found.feed(text)
    found.close()
    return tuple(found.run)


class _Scripts(HTMLParser):
    """The text of every script element: by its id, and in order those that a browser runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.named: dict[str, str] = {}
        self.run: list[str] = []
        self._open: dict[str, str | None] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A script begins."""
        if tag == "script":
            self._open, self._text = dict(attrs), []

    def handle_data(self, data: str) -> None:
        """What stands in it."""
        if self._open is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        if tag == "script" and self._open is not None:
            text = "".join(self._text)
            if name := self._open.get("id"):
                self.named[name] = text
            if not self._open.get("type"):
                self.run.append(text)
            self._open = None
