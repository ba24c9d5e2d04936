"""The report's section on paying: there where the inputs declare agreements or a population, its sentences from the results."""

from dataclasses import replace
from typing import Any

import pytest
from tests.paying.small_model import small, small_book
from tests.paying.test_reimbursement_sheet import ROWS

import hecon
from hecon.report.html.page import chapters
from hecon.report.sections.parts import Lines, Table, Text
from hecon.report.sections.paying import paying
from hecon.report.word.contents import contents
from hecon.report.word.outline import outline, outlines
from hecon.results.budget_example import two_treatments
from hecon.results.findings import Findings


def found(study: Any) -> Findings:
    return Findings(study, (), None, (), (), None, (), (), {})


@pytest.fixture(scope="module")
def study() -> Any:
    return hecon.open_case(small(), replace(small_book(), records={"schemes": ROWS})).run(draws=20)


def test_agreements_are_shown_with_their_sentences(study: Any) -> None:
    parts = paying(found(study)).parts
    assert [one.grid.name for one in parts if isinstance(one, Table)] == ["agreements", "agreements_risk", "cash_flow"]
    told = " ".join(line for one in parts if isinstance(one, Lines) for line in one.lines)
    assert "Thirds while free" in told
    assert "in disguise" in told
    assert "paying" in [one.anchor for one in chapters(found(study))]


def test_a_case_without_them_has_no_such_section() -> None:
    plain = hecon.open_case(small(), small_book()).run(draws=0)
    assert "paying" not in [one.anchor for one in chapters(found(plain))]
    assert contents(found(plain))["paying"] == ()


def test_under_an_agreement_it_is_named() -> None:
    book = replace(small_book(), records={"schemes": ROWS})
    under = hecon.open_case(small(), book).run(draws=0, scheme="back")
    told = [one.text for one in paying(found(under)).parts if isinstance(one, Text)]
    assert told[0].startswith("All results are under the agreement back: Half back on death.")


def test_the_budget_is_shown_with_its_sentences() -> None:
    """420,000 and 840,000 in the example: 1,260,000 over two years."""
    parts = paying(found(two_treatments().run())).parts
    assert next(one.text for one in parts if isinstance(one, Text)).startswith(
        "Over 2 years the new mix of treatments costs 1,260,000"
    )
    assert "budget" in [one.grid.name for one in parts if isinstance(one, Table)]


def test_every_outline_places_it() -> None:
    for name in outlines():
        assert any("paying" in head.contents for head in outline(name)), name
