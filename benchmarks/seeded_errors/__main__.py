"""Look for the seeded errors: `python benchmarks/seeded_errors` prints the table; `--write` also writes docs/seeded-errors.md.

A finder of your own is a function `module:name`, given with --case, --alone or --compared in place of hecon's own (finders.py).
"""

import argparse
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import finders
from records import ROOT, read_errors, read_variants, sound_bases
from score import Finders, alarms, attempts

from page import page

PAGE = ROOT / "docs" / "seeded-errors.md"


def main() -> None:
    """Plant every error, try every finder, print the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="write docs/seeded-errors.md")
    asked.add_argument(
        "--only",
        nargs="*",
        default=[],
        metavar="ID",
        help="these errors and variants, by their ids or the beginnings of them",
    )
    for way in ("case", "alone", "compared"):
        asked.add_argument(f"--{way}", metavar="MODULE:FUNCTION", default="", help="a finder in place of hecon's own")
    given = asked.parse_args()
    tools = Finders(
        _of(given.case, finders.CASE), _of(given.alone, finders.ALONE), _of(given.compared, finders.COMPARED)
    )
    wanted = tuple(given.only)
    errors = [one for one in read_errors() if not wanted or one.id.startswith(wanted)]
    variants = [one for one in (*read_variants(), *sound_bases()) if not wanted or one.id.startswith(wanted)]
    with TemporaryDirectory() as folder:
        tried, told = [], []
        for one in attempts(errors, tools, Path(folder)):
            tried.append(one)
            print(
                f"{one.error.id} {one.finder}: {'right place' if one.right else 'found' if one.found else 'missed'}",
                file=sys.stderr,
            )
        for alarm in alarms(variants, tools, Path(folder)):
            told.append(alarm)
            print(
                f"{alarm.variant.id} {alarm.finder}: {len(alarm.failures)} failures",
                *alarm.failures[:3],
                sep="\n  ",
                file=sys.stderr,
            )
    text = page(tried, told, errors)
    print(text[text.index("## All errors") :])
    if given.write:
        PAGE.write_text(text, encoding="utf-8")


def _of(named: str, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """The finder named, or hecon's own."""
    if not named:
        return own
    module, _, function = named.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    return {named: getattr(import_module(module), function)}


if __name__ == "__main__":
    main()
