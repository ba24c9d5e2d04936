"""All cases of a project together: their evidence, and their comparisons for the atlas."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hecon.cases import NO_HOME, case_names, find_case, find_home, open_case
from hecon.errors import InputError
from hecon.progress import Step, progress
from hecon.results.atlas.atlas import Atlas, atlas_of
from hecon.results.atlas.build import Choices
from hecon.results.case import Case
from hecon.results.evidence.case_evidence import CaseEvidence, case_evidence
from hecon.results.evidence.evidence import Evidence
from hecon.results.headroom.headroom import ProductHeadroom, headroom_rows
from hecon.results.headroom.rows import FILE


def names_of_project(named: Sequence[str] = (), start: Path | None = None) -> list[str]:
    """The cases named, or all of the project that one stands in.

    Raises:
        InputError: there is no project here.

    >>> names_of_project(["leukaemia"])
    ['leukaemia']
    """
    home = find_home(start or Path.cwd())
    if home is None and not named:
        raise InputError(NO_HOME)
    return list(named) if named or home is None else case_names(home)


def evidence_of_project(named: Sequence[str] = ()) -> tuple[CaseEvidence, ...]:
    """The published figures of cases beside ours; of all cases of the project where none is named.

    Raises:
        HeconError: what reading and running raise.

    >>> evidence_of_project(["no_such_case"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: there is no case 'no_such_case'...
    """
    names, found = names_of_project(named), []
    with progress("base cases", len(names)) as step:
        for name in names:
            files = find_case(name)
            found.append(case_evidence(open_case(files), files.model.parent))
            step(1)
    return tuple(found)


def atlas_of_project(named: Sequence[str] = (), choices: Choices | None = None) -> Atlas:
    """The atlas of cases; of all cases of the project where none is named.

    Raises:
        HeconError: what reading and running raise.

    >>> atlas_of_project(["no_such_case"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.InputError: there is no case 'no_such_case'...
    """
    names = names_of_project(named)
    told = [name for name in names if (find_case(name).model.parent / FILE).is_file()]
    with progress("cases", len(names)) as step:
        atlas = atlas_of(_opened([name for name in names if name not in told], step), choices or Choices())
        products: list[ProductHeadroom] = []
        for files in map(find_case, told):
            products += headroom_rows(open_case(files), files.model.parent)
            step(1)
    return replace(atlas, products=tuple(products))


def _opened(names: Sequence[str], step: Step) -> Iterator[tuple[Case, tuple[Evidence, ...]]]:
    for name in names:
        files = find_case(name)
        case = open_case(files)
        yield case, case_evidence(case, files.model.parent).rows
        step(1)
