"""The page of the atlas as one HTML file: data, style and scripts inside, and a policy under which no request leaves."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from hecon.files import whole_file
from hecon.page.atlas.atlas_contents import atlas_contents
from hecon.results.atlas.atlas import Atlas

_NUMBERS = ("decide.js", "decide_digits.js")  # of the model's page: numbers in print
_SCRIPTS = ("atlas_choice.js", "atlas_figures.js", "atlas_parts.js", "atlas.js")


def write_atlas_page(atlas: Atlas, path: Path) -> Path:
    """Write the page of an atlas whose choices were `by_sector`; its path.

    Raises:
        HeconError: what writing raises; the file is whole or as it was.

    >>> import tempfile
    >>> write_atlas_page(Atlas(), Path(tempfile.mkdtemp()) / "atlas_page.html").name
    'atlas_page.html'
    """
    text = atlas_page_text(atlas_contents(atlas))
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8")
    return path


def atlas_page_text(contents: dict[str, Any]) -> str:
    """The page of some contents.

    >>> text = atlas_page_text(atlas_contents(Atlas()))
    >>> "default-src 'none'" in text, "http:" in text, "[[data]]" in text
    (True, False, False)
    """
    style, script = _read("atlas.css"), scripts()
    data = json.dumps(contents, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {
        "policy": f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'",
        "title": escape(contents["title"]), "style": style, "script": script, "data": data,
    }  # fmt: skip
    text = _read("atlas.html")
    for name, part in parts.items():
        text = text.replace(f"[[{name}]]", part)
    return text


def scripts(*but: str) -> str:
    """The scripts of the page in their order, without those named.

    >>> "AtlasChoice" in scripts("atlas.js")
    True
    """
    shared = [(files("hecon.page") / "javascript" / name).read_text(encoding="utf-8") for name in _NUMBERS]
    return "\n".join([*shared, *(_read(name) for name in _SCRIPTS if name not in but)])


def _read(name: str) -> str:
    return (files("hecon.page.atlas") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the policy names a style or a script by, so that no other runs."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
