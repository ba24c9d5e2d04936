"""Plant the errors of planted/errors.toml in small models, and say what `hecon verify` makes of each.

`python tests/verification/planting.py` tries all tests on all errors, in some two minutes, and prints what came of each.
"""

import re
import shutil
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hecon import open_case
from hecon.errors import HeconError
from hecon.verification.refusals import REFUSED
from hecon.verification.verdict import FAILS, Finding
from hecon.verification.verify import verify

HERE = Path(__file__).parent / "planted"
VALIDATION = Path(__file__).parents[1] / "validation"
DRAWS = 50
FIRST = 10  # the right name must be among the first ten
Said = tuple[str, Finding]  # the test, and what it found


@dataclass(frozen=True)
class Tried:
    """One error: what verify says of it that it does not say of the sound model, and the rank of the right place (0: none)."""

    said: tuple[Said, ...]
    rank: int
    by: str  # the first test that names the right place


def errors() -> list[dict[str, Any]]:
    """The errors, as they are written."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / "errors.toml").read_text(encoding="utf-8"))["error"]
    return found


def copied(base: str, folder: Path, patches: Sequence[dict[str, str]] = ()) -> Path:
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


def said(there: Path, only: Sequence[str] = ()) -> list[Said]:
    """What verify finds in a model, worst first."""
    try:
        certificate = verify(open_case(there), only=only, draws=DRAWS)
    except HeconError as error:  # inputs that cannot be read: there is no case to test
        return [(REFUSED.name, Finding(line)) for line in str(error).splitlines()]
    found = [(result.test.name, one) for result in certificate.results for one in result.findings]
    return sorted(found, key=lambda pair: pair[1].verdict != FAILS)


@lru_cache(maxsize=64)
def of_the_sound(base: str, only: tuple[str, ...]) -> frozenset[str]:
    """What verify says of the sound model, without numbers."""
    with TemporaryDirectory() as folder:
        return frozenset(without_numbers(one) for _, one in said(copied(base, Path(folder)), only))


def attempt(error: dict[str, Any], folder: Path, only: tuple[str, ...] = ()) -> Tried:
    """Plant one error and look for it, by all tests or some."""
    there = copied(error["base"], folder, error["patch"])
    new = [
        (test, one) for test, one in said(there, only) if without_numbers(one) not in of_the_sound(error["base"], only)
    ]
    named = [(test, place) for test, one in new for place in one.places or _refused(one, there)]
    places = list(dict.fromkeys(place for _, place in named))[:FIRST]
    rank = next((k for k, place in enumerate(places, start=1) if place in error["right"]), 0)
    by = next((test for test, place in named if place in error["right"]), "")
    return Tried(tuple(new), rank, by)


def without_numbers(one: Finding) -> str:
    """What a finding says, without its numbers: another number in the same words is no new finding."""
    return re.sub(r"[0-9][0-9.,]*", "#", f"{one.verdict} {one.where} {one.told}")


def _refused(one: Finding, there: Path) -> list[str]:
    """The names of inputs in the words of a refusal."""
    tables = sorted((there / "inputs").glob("*.csv"))
    known = {line.split(",")[0] for file in tables for line in file.read_text(encoding="utf-8").splitlines()}
    return [word for word in re.findall(r"[A-Za-z_]\w*", one.told) if word in known] if not one.where else []


def main(wanted: Sequence[str]) -> None:
    """Print what came of each error."""
    tried = []
    for error in errors():
        if not wanted or error["id"].startswith(tuple(wanted)):
            with TemporaryDirectory() as folder:
                one = attempt(error, Path(folder))
            tried.append(one)
            print(
                error["id"],
                error["kind"],
                "|",
                f"place {one.rank}" if one.rank else "found" if one.said else "MISSED",
                "|",
                one.by,
            )
            if wanted:
                print(*(f"    {test}: {finding}" for test, finding in one.said), sep="\n")
    counts = (
        len(tried),
        sum(bool(o.said) for o in tried),
        sum(o.rank > 0 for o in tried),
        sum(o.rank == 1 for o in tried),
    )
    print("{} errors: {} found, {} at the right place, {} as the first place".format(*counts))


if __name__ == "__main__":
    main(sys.argv[1:])
