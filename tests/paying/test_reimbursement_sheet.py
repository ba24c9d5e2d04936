"""The sheet Reimbursement: verified with the switch, equal to the payments of each agreement, read back as the agreement chosen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.paying.payments import payments
from hecon.results.paying import milestones_of, values_of_rate
from hecon.structure.agreements.carried import carried
from hecon.structure.agreements.reading import agreements_of
from hecon.workbook.read_back.chosen_agreement import unswitched, with_the_switch
from hecon.workbook.read_back.read_back import read_back, read_facts
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.verify import verify
from hecon.workbook.write_workbook import made_of, write_workbook
from hecon.workbook.xlsx.package import read_package

ROWS = (
    {
        "name": "thirds",
        "label": "Thirds while free",
        "terms": "Instalments(at=['0 months', '6 months', '12 months'], shares=['1/3', '1/3', '1/3'], while_in='free')",
        "after": "infusion",
    },
    {"name": "back", "label": "Half back on death", "terms": "Discount('0.1'); Refund('0.5', '* -> dead', '100 days')"},
    {
        "name": "yearly",
        "terms": "Annuity('3', '0.03', 'alive', due='end')",
        "administration": "1000",
        "per_assessment": "50",
    },
    {"name": "shared", "terms": "Discount('0.1'); Coverage('0.8')"},
)


def book_with_agreements() -> Any:
    return replace(small_book(), records={"schemes": ROWS})


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The analysis, which pays as the model stands, its workbook, and the layout of it."""
    analysis = hecon.open_case(small(), book_with_agreements()).run(draws=20)
    path = tmp_path_factory.mktemp("paying") / "small.xlsx"
    return analysis, path, write_workbook(analysis, path, agreements=True)


@pytest.fixture(scope="module")
def session(written: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    _, path, _ = written
    return open_session(path, "formualizer", tmp_path_factory.mktemp("session"), read_package(path))


def shown(sheet: Any, label: str) -> float:
    """The number beside a label of the sheet."""
    return next(
        float(sheet.numbers[row, 1]) for (row, column), word in sheet.words.items() if column == 0 and word == label
    )


def under(session: Any, layout: Any, name: str) -> Any:
    return session.values({("Control", *layout.named["agreement"].place): name}, ("Reimbursement", "Results"))


def test_it_carries_all_and_pays_as_the_model_stands(written: Any) -> None:
    """The totals are those of the run; the switch is a drop-down of names on Control, at 0."""
    analysis, path, layout = written
    assert list(layout.named["agreement"].names.values()) == [
        "as the model stands",
        "thirds",
        "back",
        "yearly",
        "shared",
    ]
    sheet = read_package(path).sheets["Reimbursement"]
    cells = read_package(path).sheets["Results"]
    place = layout.results["cost", "cell"]
    assert cells.numbers[place[1:]] == pytest.approx(analysis.base.cost("payer")[1, 0], rel=1e-13)
    assert sheet.words[3, 1] == "as the model stands"
    assert shown(sheet, "Paid to the manufacturer, discounted") == pytest.approx(270_000, rel=1e-12)  # 0.9 x 300,000
    assert "agreement" not in analysis.book.parameters


def test_it_is_verified_with_the_switch(written: Any) -> None:
    analysis, path, _ = written
    certificate = verify(path, made_of(analysis, agreements=True), count=3, engine="formualizer", inputs=False)
    assert certificate.passed, str(certificate.text())


@pytest.mark.parametrize("name", ["thirds", "back", "yearly", "shared"])
def test_payments_of_each_are_those_of_milestones(written: Any, session: Any, name: str) -> None:
    """What the sheet adds up from the model's items is what the pure functions find from milestones."""
    analysis, _, layout = written
    found = under(session, layout, name)
    sheet, results = found["Reimbursement"], found["Results"]
    model, book = analysis.model, analysis.book
    one = next(a for a in agreements_of(book) if a.name == name)
    held, _ = milestones_of(model, book.base(), until=5)
    values = {key: book.base()[key] for key in book.parameters}
    rate = values_of_rate(model, values)
    paid = payments(one, held, values)
    near = (
        {"rel": 2e-4} if name == "back" else {"rel": 1e-9}
    )  # refunds of a grid from treatment, not of the model's cycles
    assert sheet.words[3, 1] == name
    assert shown(sheet, "Paid to the manufacturer, discounted") == pytest.approx(paid.present_value(rate)[0], **near)
    later = paid.times[:, 0] >= 1
    owed = (paid.most * later[:, None])[paid.most[:, 0] > 0].sum()
    assert shown(sheet, "Owed when the first year ends, at most") == pytest.approx(owed, rel=1e-12)
    rebate = 1 - paid.present_value(rate)[0] * (0.8 if name == "shared" else 1) / 270_000
    assert shown(sheet, "Equivalent rebate: a plain rebate at which the payer pays the same") == pytest.approx(
        rebate, abs=2e-4
    )
    run = hecon.open_case(model, book).run(draws=0, scheme=name)
    place = layout.results["cost", "cell"]
    assert results.numbers[place[1:]] == pytest.approx(run.base.cost("payer")[1, 0], rel=1e-12)


@pytest.mark.parametrize("name", ["as the model stands", "thirds", "back"])
def test_at_the_value_based_price_net_benefit_is_that_of_the_reference(written: Any, session: Any, name: str) -> None:
    """The list price found on the sheet, given to a run under the agreement, leaves no incremental net benefit."""
    analysis, _, layout = written
    sheet = under(session, layout, name)["Reimbursement"]
    price = shown(sheet, "Value-based price: the list price at which the strategy is just worth it")
    scheme = "" if name == "as the model stands" else name
    book = analysis.book
    dear = replace(
        book,
        parameters={**book.parameters, "price": replace(book.parameters["price"], value=price, low=price, high=price)},
    )
    base = hecon.open_case(analysis.model, dear).run(draws=0, scheme=scheme).base
    net = 50_000 * base.effect()[:, 0] - base.cost("payer")[:, 0]
    assert net[1] - net[0] == pytest.approx(0, abs=1e-6)


def test_patient_part_and_refunds_by_hand(session: Any, written: Any) -> None:
    """0.9 x 300,000 x 0.9 made: the patient's fifth is 48,600 and no cost of the payer; nothing comes back."""
    sheet = under(session, written[2], "shared")["Reimbursement"]
    assert shown(sheet, "of it by the patient, discounted") == pytest.approx(48_600, rel=1e-12)
    assert shown(sheet, "Refunds, undiscounted") == 0
    assert shown(sheet, "Paid to the manufacturer as the perspective counts it, discounted") == pytest.approx(194_400)
    back = under(session, written[2], "back")["Reimbursement"]
    assert shown(back, "Refunds, undiscounted") > 1000


def test_a_changed_agreement_is_read_back_as_the_setting(written: Any, session: Any, tmp_path: Path) -> None:
    """The workbook edited to another agreement is the case run under it; 0 is the case as it stands."""
    import openpyxl

    analysis, path, layout = written
    edited = openpyxl.load_workbook(path)
    row, column = layout.named["agreement"].place
    edited["Control"].cell(row + 1, column + 1).value = "thirds"
    edited.save(tmp_path / "edited.xlsx")
    facts = read_facts(path)
    assert facts["Agreements"] == "thirds; back; yearly; shared"
    submitted = with_the_switch(analysis.book, facts)
    found = read_back(tmp_path / "edited.xlsx", submitted)
    assert [(one.name, one.value) for one in found.edits if one.name == "agreement"]
    assert unswitched(found.book).settings["agreement"] == "thirds"
    assert "agreement" not in unswitched(found.book).parameters
    own, under_it = (
        hecon.open_case(small(), book).run(draws=0, scheme=scheme).base.cost("payer")
        for book, scheme in ((analysis.book, "thirds"), (unswitched(found.book), ""))
    )
    assert np.array_equal(own, under_it)
    assert "agreement" not in unswitched(read_back(path, submitted).book).settings


def test_a_workbook_under_one_agreement_carries_that_one(written: Any, tmp_path: Path) -> None:
    analysis = hecon.open_case(small(), book_with_agreements()).run(draws=0, scheme="back")
    layout = write_workbook(analysis, tmp_path / "back.xlsx")
    assert list(layout.named["agreement"].names.values()) == ["as the model stands", "back"]
    assert verify(tmp_path / "back.xlsx", made_of(analysis), count=2, engine="formualizer", inputs=False).passed
    assert read_facts(tmp_path / "back.xlsx")["Agreement in force"] == "back"


def test_counts_are_not_added_twice() -> None:
    once = carried(small(), book_with_agreements())
    assert once is not None
    twice = carried(once.model, once.book)
    assert twice is not None
    assert twice.model == once.model
    assert twice.flows == once.flows
    assert carried(small(), small_book()) is None
