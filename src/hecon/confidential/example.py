"""A confidential run small enough for the examples in docstrings: three costs of which one is withheld."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hecon.confidential.plan import Confidential
    from hecon.confidential.redacted import PublicRun


def without_drug() -> "tuple[Confidential, PublicRun]":
    """One strategy with a drug at 9, which is withheld, a test at 2 and a visit at 1: the plan and its run.

    >>> plan, found = without_drug()
    >>> plan.withheld.names, found.book.parameters["c_drug"].note
    (('c_drug',), 'withheld')
    """
    from pathlib import Path

    from hecon.cases import CaseFiles
    from hecon.confidential.plan import Confidential
    from hecon.confidential.redacted_folder import Reading
    from hecon.results.options import Options
    from hecon.workbook.example import three_costs
    from hecon.workbook.withheld.withheld import plan_withheld

    tree, book = three_costs()
    files = CaseFiles("demo", Path("model.py"), Path("inputs"), Path("outputs"))
    reading = Reading("demo", "payer", 1.0, "a", "none", {})
    plan = Confidential(files, tree, book, plan_withheld(tree, book, ["c_drug"]), reading, None, Options())
    return plan, plan.public()
