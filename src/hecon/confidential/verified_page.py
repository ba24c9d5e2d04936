"""What a page without confidential inputs must be, made anew from its case, for `hecon verify-page`."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.cases import CaseFiles, open_case
from hecon.confidential.plan import plan_confidential
from hecon.confidential.redacted_page import page_data, public_for_page, redacted_script
from hecon.page.verify.of_case import options_of
from hecon.page.verify.page_file import PageFile
from hecon.page.verify.verify import Redacted, draws_of

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis


def redacted_of(found: PageFile, case: CaseFiles, analysis: "Analysis") -> Redacted:
    """The printed model and the data of a page that withholds what `found` withholds; `analysis` is its case, run anew.

    Raises:
        HeconError: inputs that this case cannot withhold.

    >>> redacted_of(PageFile("a page", {}, "", "", ()), None, None)
    Traceback (most recent call last):
    KeyError: 'confidential'
    """
    told = found.data["confidential"]
    names, shown = ",".join(told["names"]), ",".join(told["shown"])
    plan, _ = plan_confidential(case, options_of(found, open_case(case)), names, shown)
    draws = draws_of(found, analysis.at_hand()[1])
    public = replace(public_for_page(plan), draws=draws)
    script = redacted_script(plan, public, () if draws is None else draws.names)
    return Redacted(script, page_data(plan, public, script, ""), plan.withheld.names)
