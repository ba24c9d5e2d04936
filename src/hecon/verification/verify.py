"""All tests of a case, structure by structure, as one certificate."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hecon.errors import HeconError, nearest
from hecon.results.case import choose_model
from hecon.verification.certificate import Certificate
from hecon.verification.subject import DRAWS, Subject
from hecon.verification.tests import TESTS
from hecon.verification.verdict import judge

if TYPE_CHECKING:
    from hecon.progress import Step
    from hecon.results.case import Case


def verify(
    case: "Case", structure: str = "", only: Sequence[str] = (), *, draws: int = DRAWS, step: "Step | None" = None
) -> Certificate:
    """Run the tests of a case on one structure, that of its settings unless named; `only` are names of tests.

    `draws` is the number of draws of the probabilistic tests. `step` is told of each test that is done.

    Raises:
        HeconError: an unknown structure or test; a model that does not run at all.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> verify(open_case(*one_visit()), only=["parts add up"]).counts["passes"]
    1
    """
    known = [test.name for test in TESTS]
    unknown = [name for name in only if name not in known]
    if unknown:
        raise HeconError(f"there is no test '{unknown[0]}'{nearest(unknown[0], known)} (known: {', '.join(known)})")
    chosen = structure or case.settings.get("structure", "")
    subject = Subject(case, chosen, choose_model(case.models, case.name, chosen), case.book, draws)
    _ = subject.roles, subject.base  # what is at fault here is told by its own words
    results = []
    for test in TESTS:
        if not only or test.name in only:
            results.append(judge(test, subject))
            if step is not None:
                step(1)
    return Certificate(case.name, chosen, case.book.fingerprint(), draws, tuple(results))
