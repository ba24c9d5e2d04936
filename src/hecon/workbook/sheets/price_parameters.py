"""Which price parameters the stored PSA follows, and when it no longer stands for the inputs on the sheet."""

from collections.abc import Sequence

from hecon.outcomes import Outcomes
from hecon.workbook.sheets.control import number
from hecon.workbook.sheets.input_cells import CHANGED, cell


def exact_price_parameters(outcomes: Outcomes) -> tuple[list[str], bool]:
    """The price parameters whose every effect the stored quantities hold, and whether they may be changed together.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> exact_price_parameters(from_totals(("a",), [[1.0]], [[1.0]]))
    ([], True)
    """
    free = not any(one.acts_with for one in outcomes.price_parameters)
    return list(dict.fromkeys(one.name for one in outcomes.price_parameters)), free


def stale_formula(used: Sequence[str], exact: Sequence[str], free: bool) -> str:
    """A number above 0 when the stored PSA no longer stands for the workbook: inputs other than price parameters, or
    methods, changed; prices that act on each other, changed together; a scenario shown, which the draws are not of.
    """
    mine = [cell(CHANGED, used.index(name)) for name in exact if name in used]
    count = f"Inputs!$B$4-({'+'.join(mine)})" if mine else "Inputs!$B$4"
    if mine and not free:
        count += f"+MAX(0,{'+'.join(mine)}-1)"
    return f"({count}+{number('changed')}+{number('scenario')}-1)"
