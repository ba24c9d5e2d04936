"""Other tools' probabilistic results in, ours out, and outcomes kept in a file."""

import numpy as np
import pytest

from hecon.analysis.cost_effectiveness.incremental import incremental
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.exchange.psa_tables import read_long_psa, read_wide_psa, write_wide_psa
from hecon.analysis.exchange.storage import load_outcomes, load_parameters, save_outcomes
from hecon.errors import InputError
from hecon.outcomes import Item, Lever, Outcomes


@pytest.fixture
def csv_of(tmp_path):
    def write(text):
        path = tmp_path / "psa.csv"
        path.write_text(text)
        return path

    return write


def test_order_is_the_one_asked_for_whatever_the_file_says(csv_of):
    path = csv_of("qaly_b,cost_a,cost_b,qaly_a\n2,10,20,1\n4,12,24,2\n")
    forwards = read_wide_psa(path, ("a", "b"), effects="gained")
    backwards = read_wide_psa(path, ("b", "a"), effects="gained")
    assert forwards.cost("payer").tolist() == [[10, 12], [20, 24]]
    assert backwards.cost("payer").tolist() == [[20, 24], [10, 12]]
    ratios = [incremental(psa, "payer").row("b").icer.value for psa in (forwards, backwards)]
    assert ratios == [pytest.approx(11 / 1.5)] * 2


def test_effects_lost_are_turned_round(csv_of):
    path = csv_of("cost_a,daly_a,cost_b,daly_b\n10,5,20,3\n10,5,20,3\n")
    psa = read_wide_psa(path, ("a", "b"), effects="lost", effect="daly_{}")
    assert incremental(psa, "payer").row("b").icer.value == pytest.approx(5)


def test_long_layout_in_any_order_keeps_the_draw_numbers(csv_of):
    path = csv_of("iteration,arm,cost,qaly\n7,b,24,4\n3,a,10,1\n3,b,20,2\n7,a,12,2\n")
    psa = read_long_psa(path, ("a", "b"), effects="gained", draw="iteration", strategy="arm")
    assert psa.draw.tolist() == [3, 7]
    assert psa.cost("payer").tolist() == [[10, 12], [20, 24]]
    assert psa.effect().tolist() == [[1, 2], [2, 4]]


def test_written_file_is_read_back_equal(tmp_path):
    rng = np.random.default_rng(1)
    psa = from_totals(("a", "b"), rng.normal(size=(2, 50)), rng.normal(size=(2, 50)))
    write_wide_psa(psa, tmp_path / "out.csv", "payer")
    back = read_wide_psa(tmp_path / "out.csv", ("a", "b"), effects="gained")
    assert (back.values == psa.values).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cost_a,qaly_a,cost_b\n1,2,3\n", "column qaly_b: is missing; did you mean 'qaly_a'?"),
        ("cost_a,qaly_a,cost_b,qaly_b\n1,2,3,x\n", "psa.csv!D2 (qaly_b): is not a number: 'x'"),
        ("cost_a,qaly_a,cost_b,qaly_b\n1,2,3,4\n1,,3,nan\n", "psa.csv!B3 (qaly_a): is blank; it needs a number"),
        ("cost_a,qaly_a,cost_b,qaly_b\n1,2,3\n", "psa.csv!D2 (qaly_b): is blank; it needs a number"),
        ("cost_a,cost_a,cost_b,qaly_b\n1,2,3,4\n", "psa.csv!B1: column 'cost_a' appears twice"),
        ("cost_a,qaly_a\n", "needs a header and at least one row"),
    ],
)
def test_faults_of_the_wide_layout_name_the_cell(csv_of, text, message):
    with pytest.raises(InputError) as caught:
        read_wide_psa(csv_of(text), ("a", "b"), effects="gained")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1,a,1,1\n1,b,1,1\n2,a,1,1\n", "draw 2, strategy b: is missing"),
        ("1,a,1,1\n1,b,1,1\n1,a,1,1\n", "draw 1, strategy a: is repeated"),
        ("1,a,1,1\n1,bb,1,1\n", "psa.csv!B3 (strategy): strategy 'bb' was not asked for; did you mean 'b'?"),
        ("1.5,a,1,1\n1.5,b,1,1\n", "draws must be whole numbers"),
    ],
)
def test_faults_of_the_long_layout(csv_of, rows, message):
    with pytest.raises(InputError) as caught:
        read_long_psa(csv_of("draw,strategy,cost,qaly\n" + rows), ("a", "b"), effects="gained")
    assert message in str(caught.value)


def test_all_faults_come_at_once_but_not_without_end(csv_of):
    rows = "".join("x,1,1,1\n" for _ in range(100))
    with pytest.raises(InputError) as caught:
        read_wide_psa(csv_of("cost_a,qaly_a,cost_b,qaly_b\n" + rows), ("a", "b"), effects="gained")
    assert "psa.csv!A21 (cost_a)" in str(caught.value)
    assert "and 80 more" in str(caught.value)


def test_sign_must_be_said_and_the_file_must_exist(csv_of):
    with pytest.raises(InputError, match="effects must be 'gained'"):
        read_wide_psa(csv_of("cost_a,qaly_a\n1,1\n"), ("a",), effects="plus")
    with pytest.raises(InputError, match="not found"):
        read_long_psa("nowhere.csv", ("a",), effects="gained")


def test_outcomes_survive_a_file_with_tags_levers_and_perspectives(tmp_path):
    rng = np.random.default_rng(2)
    items = (Item("drug", "cost", "upfront", "health care", "insurer", "EUR 2020"), Item("qaly", "qaly"))
    levers = (Lever("price", "drug", np.array([5.0, 5.0, 6.0]), rng.normal(size=(2, 3))),)
    made = Outcomes(
        rng.normal(size=(2, 2, 3)),
        ("a", "b"),
        items,
        labels=("Usual care", "=Drug"),
        draw=np.array([4, 5, 9]),
        currency="EUR",
        price_year="2020",
        levers=levers,
        perspectives={"payer": ("health care",)},
    )
    save_outcomes(tmp_path / "psa.npz", made, {"p": np.array([0.1, 0.2, 0.3])})
    back = load_outcomes(tmp_path / "psa.npz")
    assert (back.values == made.values).all()
    assert (back.strategies, back.labels, back.items) == (made.strategies, made.labels, made.items)
    assert (back.draw.tolist(), back.currency, back.price_year) == ([4, 5, 9], "EUR", "2020")
    assert dict(back.perspectives) == {"payer": ("health care",)}
    assert (back.at_price("price", 7.0).values == made.at_price("price", 7.0).values).all()
    assert load_parameters(tmp_path / "psa.npz")["p"].tolist() == [0.1, 0.2, 0.3]


def test_a_foreign_file_is_refused(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    np.savez(tmp_path / "other.npz", x=np.zeros(2))
    for name in ("text.npz", "other.npz"):
        with pytest.raises(InputError, match="is not a file of outcomes"):
            load_outcomes(tmp_path / name)
