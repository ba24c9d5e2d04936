"""The seeded errors as they are written down: what was done to which sound model, and what a finder has to name.

Errors stand in errors/*.toml, sound variants in variants.toml, kinds with their sources in kinds.toml.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLACES = {"markov_model": 10, "markov_workbook": 10, "survival_model": 10, "survival_workbook": 10}  # how many of each


@dataclass(frozen=True)
class Patch:
    """One change of a file of the model: a text, or a cell of a table found by its row's first column and its heading."""

    file: str
    old: str
    new: str
    row: str = ""
    column: str = ""


@dataclass(frozen=True)
class Typed:
    """What is typed into a workbook: cells of a column (by its heading) at rows of cycles, or the cell beside a label.

    `old` is a part of what stands there, `new` what it becomes; [heading] in either is the cell of that column in this row.
    """

    sheet: str
    column: str
    old: str
    new: str
    rows: str = ""
    row: str = ""


@dataclass(frozen=True)
class SeededError:
    """One error. `moves` is a result that it changes; `right` are the names of which a finder has to give one."""

    id: str
    group: str
    kind: str
    base: str
    told: str
    moves: str
    patches: tuple[Patch, ...] = ()
    typed: tuple[Typed, ...] = ()
    right: tuple[str, ...] = ()

    @property
    def in_workbook(self) -> bool:
        """Whether it is typed into an executable workbook."""
        return bool(self.typed)


@dataclass(frozen=True)
class Variant:
    """A sound model that differs from a sound base; nothing in it is wrong."""

    id: str
    base: str
    told: str
    patches: tuple[Patch, ...]


def read_errors() -> tuple[SeededError, ...]:
    """All errors, in the order of their files."""
    found = []
    for group in PLACES:
        for row in _read(HERE / "errors" / f"{group}.toml")["error"]:
            patches = tuple(Patch(**one) for one in row.pop("patch", ()))
            typed = tuple(Typed(**one) for one in row.pop("typed", ()))
            right = tuple(row.pop("right", ()))
            found.append(SeededError(group=group, patches=patches, typed=typed, right=right, **row))
    return tuple(found)


def read_variants() -> tuple[Variant, ...]:
    """All sound variants."""
    rows = _read(HERE / "variants.toml")["variant"]
    return tuple(
        Variant(row["id"], row["base"], row["told"], tuple(Patch(**one) for one in row["patch"])) for row in rows
    )


def sound_bases() -> tuple[Variant, ...]:
    """The sound models themselves, as variants in which nothing differs."""
    bases = dict.fromkeys(error.base for error in read_errors())
    return tuple(Variant(f"V{k:02d}", base, f"{base}, as it is.", ()) for k, base in enumerate(bases, start=11))


def read_kinds() -> tuple[dict[str, str], dict[str, str]]:
    """The sources by id, and the ids of the sources of each kind."""
    found = _read(HERE / "kinds.toml")
    return found["sources"], found["kinds"]


def base_folder(base: str) -> Path:
    """Where a sound model lies: among the benchmark's own, or among the published models that hecon returns."""
    own = HERE / "sound" / base
    return own if own.is_dir() else ROOT / "tests" / "validation" / base


def _read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
