"""All tests of a case, structure by structure, as one certificate; a model that does not run has one too."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from hecon.errors import HeconError, nearest
from hecon.results.case import choose_model
from hecon.verification.certificate import Certificate
from hecon.verification.places import named
from hecon.verification.refusals import REFUSED, refused
from hecon.verification.subject import DRAWS, Subject
from hecon.verification.tests import TESTS
from hecon.verification.verdict import NOT, Result, judge

if TYPE_CHECKING:
    from hecon.progress import Step
    from hecon.results.case import Case


def verify(
    case: "Case", structure: str = "", only: Sequence[str] = (), *, draws: int = DRAWS, step: "Step | None" = None
) -> Certificate:
    """Run the tests of a case on one structure, that of its settings unless named; `only` are names of tests.

    `draws` is the number of draws of the probabilistic tests. `step` is told of each test that is done. A model that is refused
    fails the test "the model runs", with the words of the refusal; no other test applies.

    Raises:
        HeconError: an unknown structure or test.

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
    _ = subject.roles  # a role that is none is a fault of the settings
    wanted = [test for test in TESTS if not only or test.name in only]
    results = []
    try:
        _ = subject.base
    except HeconError as error:
        others = (Result(test, NOT, "the model does not run") for test in wanted if test is not REFUSED)
        results = [Result(REFUSED, "fails", findings=refused(subject, error)), *others]
        wanted = []
    for test in wanted:
        results.append(judge(test, subject, partial(named, subject)))
        if step is not None:
            step(1)
    return Certificate(case.name, chosen, case.book.fingerprint(), draws, tuple(results))
