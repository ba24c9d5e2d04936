"""N patients: the cohort as N grows, plain loops, a published design, exact spread, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book
from tests.paying.test_agreements import SEVERAL, THIRDS
from typer.testing import CliRunner

import hecon
from hecon.analysis.paying.individuals import OnePatient, count, one_patient
from hecon.analysis.paying.learning import expected_sd
from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.patients import drawn, few_rows, money_of
from hecon.analysis.paying.payments import payments
from hecon.cli import app
from hecon.errors import HeconError, ModelError
from hecon.inputs.writing import write_inputs
from hecon.results.layouts.layout import layout
from hecon.results.paying import milestones_of
from hecon.structure.agreements.terms import Agreement, CycleCap, PayForResponse, Refund

DEATH = Agreement(
    "death", "All back on death", (replace(THIRDS, while_in="alive"), Refund("1", "* -> dead", "4 years"))
)
LEFT = Agreement("left", "Half back on relapse or death", (THIRDS, Refund("0.5", "free -> *", "18 months")))
EVERY = (*SEVERAL, DEATH, LEFT)


@pytest.fixture(scope="module")
def analysis() -> Any:
    return hecon.open_case(small(), small_book()).run(draws=200, seed=1)


@pytest.fixture(scope="module")
def held(analysis: Any) -> Milestones:
    return milestones_of(small(), analysis.draws)[0]


def responders(p: Any) -> Milestones:
    """A price of 100 paid for those who respond, a share that differs by draw."""
    p = np.asarray(p, dtype=float)
    kept = np.array([[np.full(p.size, 100.0), 100.0 * p], [np.zeros(p.size), 100.0 * (1 - p)]])
    times = np.array([0.0, 1.0])
    full = np.full(p.size, 100.0)
    return Milestones(full, ("responding", "not"), (), times, kept, np.zeros(p.size), np.ones(p.size))


FULL = Agreement(
    "refund", "Nothing is paid for those who do not respond", (PayForResponse("1", "1 year", "responding"),)
)


@pytest.mark.parametrize("agreement", EVERY, ids=lambda one: one.name)
def test_expected_over_patients_is_the_cohort(held: Milestones, agreement: Agreement) -> None:
    """What is expected of one patient is the cohort's payment of the payer: in each draw, and in each year."""
    one, cohort = one_patient(agreement, held), payments(agreement, held)
    payer = replace(cohort, paid=cohort.paid - cohort.patient)
    ours = replace(cohort, times=one.times, paid=one.money * one.expected)
    assert ours.by_period(6) == pytest.approx(payer.by_period(6), rel=1e-9, abs=1e-6)
    patient = (one.money / (1 - one.patient) * one.patient * one.expected).sum(axis=0)
    assert patient == pytest.approx(cohort.patient.sum(axis=0), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("agreement", [LEFT, DEATH, SEVERAL[-1]], ids=lambda one: one.name)
def test_many_patients_are_the_cohort(held: Milestones, agreement: Agreement) -> None:
    """20,000 patients per draw: net money within five standard errors of the cohort's, in each of 20 draws."""
    some = Milestones(held.treated[:20], held.states, held.dead, held.times, held.held[..., :20], held.wait[:20],
                      held.share_treated[:20])  # fmt: skip
    one = one_patient(agreement, some)
    (found,) = drawn(one, (20_000,), seed=3)
    outlay, refund = money_of(one, found)
    per_patient = (outlay - refund) / 20_000
    cohort = payments(agreement, some)
    apart = per_patient - (cohort.paid - cohort.patient).sum(axis=0)
    assert np.abs(apart).max() < 5 * 300_000 / 2 / np.sqrt(20_000)
    assert found.treated / 20_000 == pytest.approx(some.share_treated, abs=0.012)


def test_plain_loops_say_the_same(held: Milestones) -> None:
    """Patient by patient and draw by draw: treated or not, how long free, each third paid, half back on leaving."""
    patients = np.random.default_rng(5).random((7, 4), dtype=np.float32)
    some = Milestones(held.treated[:4], held.states, held.dead, held.times, held.held[..., :4], held.wait[:4],
                      held.share_treated[:4])  # fmt: skip
    one = one_patient(replace(LEFT, after="infusion"), some)
    outlay, refund = money_of(one, count(one, patients))
    price = 300_000.0
    for d in range(4):
        paid = back = 0.0
        for u in patients[:, d]:
            free = some.held[0, :, d] / price  # of those intended
            left = next((t for t, share in zip(some.times, free, strict=True) if not u < share), np.inf)
            thirds = sum(left > time + 1e-9 for time in (0.0, 0.5, 1.0))  # still free at each
            paid += thirds * price / 3
            back += thirds * price / 3 / 2 if 0 < left <= 1.5 + 1e-9 else 0.0
        assert outlay[d] == pytest.approx(paid)
        assert refund[d] == pytest.approx(back)


def test_the_published_interval_of_the_equivalent_discount() -> None:
    """Response 75% from a trial of 500, full refund of non-responders: 95% of the equivalent discount lies in 0.21-0.29 for a
    cohort, 0.16-0.35 for 100 patients, 0.07-0.47 for 15 (design of Metcalfe et al., Value Health 2025, jval.2025.02.015).
    """
    p = np.random.default_rng(1).beta(375, 125, 10_000)
    rows, nobody = few_rows(one_patient(FULL, responders(p)), "", (15, 100), 1, levels=(2.5, 50, 97.5))
    found = {row.patients: row for row in rows if row.measure == "rebate"}
    assert nobody == 0
    for band, low, high in (
        (found[15].parameters, 0.21, 0.29),
        (found[100].chance, 0.16, 0.35),
        (found[15].chance, 0.07, 0.47),
    ):
        assert (band.low, band.high) == pytest.approx((low, high), abs=0.0101)
    assert found[15].chance.width > 4.5 * found[15].parameters.width


def test_the_spread_is_that_of_the_formula() -> None:
    """Var(N patients) = N^2 Var(p) + N E(p (1 - p)), times the price squared: 100 a patient, p uniform in 0.6 to 0.9."""
    p = np.linspace(0.6, 0.9, 20_000)
    rows, _ = few_rows(one_patient(FULL, responders(p)), "", (5, 50), 2)
    for row in (one for one in rows if one.measure == "net"):
        n = row.patients
        assert row.parameters.sd == pytest.approx(100 * n * p.std())
        assert row.chance.sd == pytest.approx(100 * np.sqrt(n**2 * p.var() + n * (p * (1 - p)).mean()), rel=0.02)
        assert row.chance.mean == pytest.approx(row.parameters.mean, rel=0.01)


def test_patients_are_the_same_for_every_agreement_and_number(held: Milestones) -> None:
    """The first five of a hundred are the five; what is paid once under one agreement is paid once under another."""
    one, other = one_patient(SEVERAL[0], held), one_patient(DEATH, held)
    five, hundred = drawn(one, (5, 100), seed=1)
    (alone,) = drawn(one, (5,), seed=1)
    (again,) = drawn(other, (100,), seed=1)
    assert (five.paid_for == alone.paid_for).all()
    assert (hundred.treated == again.treated).all()
    many = drawn(one, (100, 400), seed=1)  # more than a chunk counts at a time
    assert (many[0].treated == hundred.treated).all()


def test_a_refund_of_what_was_never_paid_is_refused_for_a_patient_too(held: Milestones) -> None:
    """Thirds while free of relapse, all back on death; thirds while alive are paid back, never more than was paid."""
    everything = Refund("1", "* -> dead", "4 years")
    with pytest.raises(HeconError, match="payments that were never made"):
        one_patient(Agreement("both", "", (THIRDS, everything), after="infusion"), held)
    one = one_patient(Agreement("alive", "", (replace(THIRDS, while_in="alive"), everything), after="infusion"), held)
    (single,) = drawn(one, (1,), seed=1)
    outlay, refund = money_of(one, single)
    assert (refund <= outlay + 1e-6).all()
    assert refund.max() > 0


def test_several_conditions_beside_paths() -> None:
    """Thirds while alive, half back on leaving `free` within a year, by paths of 200,000 patients: the same mean; the coupling of
    the conditions gives a standard deviation that is 2% too low.
    """
    agreement = Agreement(
        "x", "", (replace(THIRDS, while_in="alive"), Refund("0.5", "free -> *", "1 year")), after="infusion"
    )
    base = small_book().base()
    one = one_patient(agreement, milestones_of(small(), base)[0])
    rng = np.random.default_rng(1)
    uniforms = rng.random((1, 200_000))
    ours = ((one.low <= uniforms) & (uniforms < one.high)).T @ one.money[:, 0]
    relapse, die, die_relapsed, made = (
        float(np.mean(base[x])) for x in ("p_relapse_cell", "p_die", "p_die_relapsed", "p_made")
    )
    state = np.zeros(200_000, dtype=int)  # free, relapsed, dead
    third = np.where(rng.random(state.size) < made, 100_000.0, 0.0)
    paid, back = third.copy(), np.zeros_like(third)
    for month in range(1, 13):
        chance = rng.random(state.size)
        dead = chance < np.choose(state, (die, die_relapsed, 1.0))
        left = (state == 0) & (chance < die + relapse)
        back += np.where(left, paid / 2, 0.0)
        state = np.where(dead, 2, np.where(left, 1, state))
        paid += third * (state < 2) * (month in (6, 12))
    assert ours.mean() == pytest.approx((paid - back).mean(), rel=0.005)
    assert ours.std() == pytest.approx((paid - back).std(), rel=0.04)
    assert ours.std() < (paid - back).std()


def test_a_settlement_over_all_patients(held: Milestones) -> None:
    """At most a million a year, all above it comes back: a cap does not scale with the cohort, it bites on the unlucky years."""
    one = one_patient(SEVERAL[0], held)
    rows, _ = few_rows(one, "", (4,), 1, settle=lambda paid, treated: np.minimum(paid, 1_000_000.0))
    net, refund = rows[2], rows[1]
    assert net.chance.high == 1_000_000.0
    assert net.parameters.sd > 0  # 4 * 0.9 * 300,000 is above it in nearly every draw, not in all
    assert refund.chance.mean == pytest.approx(np.maximum(drawn(one, (4,), 1)[0].treated * 3e5 - 1e6, 0).mean())


def test_years_and_limits(analysis: Any) -> None:
    """Of thirds at 0, 6 and 12 months after infusion two fall in the first year; the chance of an outlay above a reserve."""
    thirds = SEVERAL[2]
    table = analysis.patients([thirds], (3, 30), until=1.0, reserve=180_000.0, refunded=0.0)
    row = table.row(3, "outlay")
    assert (row.chance.high, row.limit) == (600_000.0, 540_000.0)
    assert row.above == pytest.approx(float((money_of(*_counted(analysis, thirds, 3), until=1.0)[0] > 540_000).mean()))
    assert {one.measure for one in table.rows} == {"outlay", "refund", "net"}  # no rebate of what is still to be paid
    assert "due before year 1" in layout(table).title
    axes = table.plot()
    assert axes.get_xlabel() == "Patients intended to be treated"
    with pytest.raises(HeconError, match=r"no row for 7 patients, net, agreement 'thirds' \(patients: 3, 30"):
        table.row(7)


def _counted(analysis: Any, agreement: Agreement, n: int) -> tuple[OnePatient, Any]:
    one = one_patient(agreement, milestones_of(small(), analysis.draws, 1.0)[0])
    return one, drawn(one, (n,), seed=1)[0]


def test_what_few_patients_reveal_by_the_beta_distribution() -> None:
    """A trial of 500: 15 patients more leave 500 / 515 of the variance, 500 patients half of it; certainty is not narrowed."""
    p = np.random.default_rng(1).beta(375, 125, 20_000)
    noise = np.random.default_rng(2).normal(size=p.size) * p.std()
    for n in (15, 500):
        assert expected_sd(p, n, p) == pytest.approx(p.std() * np.sqrt(500 / (500 + n)), rel=5e-3)  # of 20,000 draws
        both = expected_sd(p, n, p + noise)
        assert both == pytest.approx(p.std() * np.sqrt(1 + 500 / (500 + n)), rel=0.02)
    assert expected_sd(np.full(100, 0.5), 9, noise[:100]) == pytest.approx(noise[:100].std())
    with pytest.raises(HeconError, match="needs at least 1"):
        expected_sd(p, 0, p)


def test_what_the_agreements_reveal(analysis: Any) -> None:
    """Each assessment after treatment has a row; more patients reveal more, and none more than there is to know."""
    table = analysis.revealed([SEVERAL[2], SEVERAL[0]], (5, 100))
    assert [(one.condition, one.years, one.patients) for one in table.rows] == [
        ("free", 0.5, 5), ("free", 0.5, 100), ("free", 1.0, 5), ("free", 1.0, 100)
    ]  # fmt: skip
    for few, many in (table.rows[:2], table.rows[2:]):
        assert 0 < many.sd_after < few.sd_after < few.sd_before
        assert 0 < many.inmb_after < few.inmb_after < few.inmb_before
    assert "100 patients assessed for 'free' after" in str(layout(table).note)
    many = analysis.patients(EVERY, (5,))
    assert many.sentences()[0].endswith(f"over {len(EVERY)} agreements.")
    assert layout(many).few == tuple(k for k, row in enumerate(many.rows) if row.measure == "net")
    assert analysis.revealed([SEVERAL[0]]).sentence.endswith("they reveal nothing.")


def test_what_cannot_be_drawn_is_refused(analysis: Any, held: Milestones) -> None:
    with pytest.raises(HeconError, match=r"'relapsed' can be gained: .* enter it between 0 and 0\.0833 years"):
        one_patient(Agreement("x", "", (PayForResponse("1", "1 year", "relapsed"),)), held)
    with pytest.raises(HeconError, match="paid per cycle; it is priced by a run"):
        one_patient(Agreement("x", "", (CycleCap("8"),)), held)
    with pytest.raises(ModelError, match="may be of payments that were never made"):
        analysis.patients([Agreement("x", "", (THIRDS, Refund("1", "* -> dead", "4 years")))])
    with pytest.raises(HeconError, match="must increase from at least 1; got 5, 5"):
        analysis.patients([DEATH], (5, 5))
    with pytest.raises(HeconError, match="needs draws: run with"):
        hecon.open_case(small(), small_book()).run(draws=0).patients([DEATH])
    with pytest.raises(HeconError, match=r"declares no agreements: write schemes\.csv"):
        analysis.patients()


CASE = """from tests.paying.small_model import small

MODEL = small()
"""


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models" / "small").mkdir(parents=True)
    (tmp_path / "models" / "small" / "model.py").write_text(CASE)
    folder = write_inputs(small_book(), tmp_path / "inputs" / "small")
    (folder / "schemes.csv").write_text(
        "name,label,terms,after\nthirds,Thirds,\"Instalments(at=['0 months', '6 months', '12 months'], shares=['1/3',"
        " '1/3', '1/3'], while_in='free')\",infusion\nhalf,Half back,\"Refund('0.5', '* -> dead', '1 year')\",\n"
    )
    monkeypatch.chdir(tmp_path)
    words = ["patients", "small", "--draws", "100", "--n", "20,5", "--name", "r"]
    asked = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    found = json.loads(asked.stdout)
    assert [(row["agreement"], row["patients"]) for row in found["rows"][::4]] == [
        ("thirds", 5), ("thirds", 20), ("half", 5), ("half", 20)
    ]  # fmt: skip
    assert found["sentences"][0].startswith("With 5 patients, the payer's net payment under thirds lies between ")
    written = tmp_path / "outputs" / "small" / "patients-r"
    names = {"patients.csv", "patients_thirds.png", "patients_half.svg", "results.json"}
    assert names <= {one.name for one in written.rglob("*")}
    told = CliRunner().invoke(app, [*words, "--scheme", "half", "--no-figures", "--reserve", "280000"])
    assert "P(above), with chance" in told.stdout
    assert "Rebate in effect (%)" in told.stdout
    wrong = CliRunner().invoke(app, [*words, "--only", "third"])
    assert "did you mean 'thirds'" in wrong.stderr
    assert "such as 5,10,20; got 'ten'" in CliRunner().invoke(app, ["patients", "small", "--n", "ten"]).stderr
