"""Plant the errors of planted/errors.toml in small models, and say what `hecon verify` makes of each."""

import re
import shutil
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hecon import open_case
from hecon.errors import HeconError
from hecon.verification.verdict import Finding
from hecon.verification.verify import verify

HERE = Path(__file__).parent / "planted"
VALIDATION = Path(__file__).parents[1] / "validation"
DRAWS = 50
FIRST = 10  # the right name must be among the first ten


@dataclass(frozen=True)
class Tried:
    """One error: what verify says of it that it does not say of the sound model, and the rank of the right place (0: none)."""

    id: str
    said: tuple[Finding, ...]
    rank: int
    places: tuple[str, ...]


def errors() -> list[dict[str, Any]]:
    """The errors, as they are written."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / "errors.toml").read_text(encoding="utf-8"))["error"]
    return found


def copied(base: str, folder: Path, patches: list[dict[str, str]]) -> Path:
    """A copy of a model with texts replaced; a text that is not there is a fault of the error."""
    source = HERE / base if (HERE / base).is_dir() else VALIDATION / base
    there = folder / base
    shutil.copytree(source, there)
    for patch in patches:
        file = there / "model.py" if patch["file"] == "model.py" else there / "inputs" / patch["file"]
        text = file.read_text(encoding="utf-8")
        assert patch["old"] in text, f"{base}: {patch['old']!r} is not there"
        file.write_text(text.replace(patch["old"], patch["new"]), encoding="utf-8")
    return there


def said(there: Path) -> list[Finding]:
    """What verify finds in a model, worst first."""
    try:
        certificate = verify(open_case(there), draws=DRAWS)
    except HeconError as error:
        return [Finding(line) for line in str(error).splitlines()]
    found = [one for result in certificate.results for one in result.findings]
    return sorted(found, key=lambda one: one.verdict != "fails")


@lru_cache(maxsize=8)
def sound(base: str, folder: Path) -> tuple[Finding, ...]:
    """What verify says of the sound model."""
    return tuple(said(copied(base, folder / "sound", [])))


def attempt(error: dict[str, Any], folder: Path) -> Tried:
    """Plant one error and look for it."""
    known = {without_numbers(one) for one in sound(error["base"], folder)}
    there = copied(error["base"], folder / error["id"], error["patch"])
    new = [one for one in said(there) if without_numbers(one) not in known]
    first = list(dict.fromkeys(place for one in new for place in one.places or _refused(one, there)))[:FIRST]
    rank = next((k for k, place in enumerate(first, start=1) if place in error["right"]), 0)
    return Tried(error["id"], tuple(new), rank, tuple(first))


def without_numbers(one: Finding) -> str:
    """What a finding says, without its numbers: another number in the same words is no new finding."""
    return re.sub(r"[0-9][0-9.,]*", "#", f"{one.verdict} {one.where} {one.told}")


def _refused(one: Finding, there: Path) -> list[str]:
    """The names in the words of a model that is refused."""
    return _named(one.told, _names(there)) if not one.where else []


def _names(there: Path) -> set[str]:
    """The names of a model that a finding may mean."""
    tables = sorted((there / "inputs").glob("*.csv"))
    found = {line.split(",")[0] for file in tables for line in file.read_text(encoding="utf-8").splitlines()}
    return found | {file.stem for file in tables} | set(re.findall(r'"(\w+)"', (there / "model.py").read_text("utf-8")))


def _named(text: str, known: set[str]) -> list[str]:
    return [word for word in re.findall(r"[A-Za-z_]\w*", text) if word in known]


if __name__ == "__main__":
    import sys
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as there:
        tried = [
            (e, attempt(e, Path(there)))
            for e in errors()
            if not sys.argv[1:] or e["id"].startswith(tuple(sys.argv[1:]))
        ]
    for error, one in tried:
        print(
            one.id,
            error["kind"],
            "|",
            f"place {one.rank}" if one.rank else "found" if one.said else "MISSED",
            list(one.places)[:5],
            error["right"],
        )
        for f in one.said[: 40 if sys.argv[1:] else 2]:
            print("     ", f.verdict, str(f)[:230])
    print(
        len(tried),
        "found",
        sum(bool(o.said) for _, o in tried),
        "right",
        sum(o.rank > 0 for _, o in tried),
        "first",
        sum(o.rank == 1 for _, o in tried),
    )
