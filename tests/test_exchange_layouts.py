"""Hand-overs to BCEA, dampack, heormodel and SAVI and back: nothing lost, order and sign said, reversals caught."""

import numpy as np
import pytest

from hecon.analysis.cost_effectiveness.incremental import incremental
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.analysis.exchange.other_tools import LAYOUTS, read_layout, write_layout
from hecon.errors import InputError


@pytest.fixture
def psa():
    rng = np.random.default_rng(1)
    cost, effect = rng.normal(1000, 100, (3, 40)), rng.normal(10, 1, (3, 40))
    return from_totals(("care", "drug_a", "drug_b"), cost, effect, currency="EUR", price_year="2020")


@pytest.fixture
def sampled():
    return {"p_die": np.random.default_rng(2).random(40), "c_drug": np.arange(40.0)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_written_and_read_back(psa, sampled, layout, tmp_path):
    files = write_layout(psa, tmp_path / layout, layout, "payer", "care", draws=sampled)
    assert (tmp_path / layout / "README.txt") in files
    back, parameters = read_layout(tmp_path / layout, layout, psa.strategies, effects="gained")
    assert (back.values == psa.values).all()
    assert list(parameters) == list(sampled)
    assert all((parameters[name] == sampled[name]).all() for name in sampled)
    turned, _ = read_layout(tmp_path / layout, layout, psa.strategies[::-1], effects="gained")
    assert (turned.values[::-1] == psa.values).all()
    ratios = [[row.icer.text for row in incremental(one, "payer").rows] for one in (back, turned)]
    assert ratios[0] == ratios[1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_folder_says_order_sign_and_reference(psa, layout, tmp_path):
    write_layout(psa, tmp_path / "out", layout, "payer", "care")
    text = (tmp_path / "out" / "README.txt").read_text()
    assert "1. care: care\n  2. drug_a: drug_a\n  3. drug_b: drug_b" in text
    assert "positive when gained" in text
    assert "totals per patient (not increments), EUR 2020, payer perspective; positive when spent" in text
    assert "Reference (current care, what the others are compared with): care." in text


def test_bcea_is_told_which_way_it_subtracts(psa, tmp_path):
    write_layout(psa, tmp_path / "out", "bcea", "payer", "care")
    text = (tmp_path / "out" / "README.txt").read_text()
    assert "K is the column of the new strategy (1-based), not of the reference" in text


def test_heormodel_reads_what_was_written(psa, sampled, tmp_path):
    pd = pytest.importorskip("pandas")
    models = pytest.importorskip("heormodel.models")
    cea = pytest.importorskip("heormodel.cea")
    write_layout(psa, tmp_path / "out", "heormodel", "payer", "care", draws=sampled)
    theirs = models.Outcomes.from_tidy(pd.read_csv(tmp_path / "out" / "outcomes.csv"), comparator="care")
    net = cea.nmb(theirs, 500.0)
    wanted = 500 * psa.effect() - psa.cost("payer")
    assert np.allclose(net[list(psa.strategies)].to_numpy().T, wanted)
    frame = pd.read_csv(tmp_path / "out" / "parameters.csv", index_col="iteration")
    assert (frame.index == theirs.iterations).all()


def test_increments_are_caught(tmp_path):
    (tmp_path / "costs.csv").write_text("care,drug\n0,100\n0,120\n")
    (tmp_path / "effects.csv").write_text("care,drug\n0,1\n0,1.5\n")
    with pytest.raises(InputError, match="care: has cost 0 and effect 0 in every draw: these look like increments"):
        read_layout(tmp_path, "savi", ("care", "drug"), effects="gained")
    known, _ = read_layout(tmp_path, "savi", ("care", "drug"), effects="gained", increments=True)
    assert known.cost("payer").tolist() == [[0, 0], [100, 120]]


def test_headings_that_mean_nothing_need_a_word(tmp_path):
    (tmp_path / "cost.csv").write_text("V1,V2\n10,100\n11,120\n")
    (tmp_path / "eff.csv").write_text("V1,V2\n5,3\n5,4\n")
    with pytest.raises(InputError, match="column care: is missing"):
        read_layout(tmp_path, "bcea", ("care", "drug"), effects="gained")
    back, _ = read_layout(tmp_path, "bcea", ("care", "drug"), effects="lost", by_position=True)
    assert back.effect().tolist() == [[-5, -5], [-3, -4]]  # disability-adjusted years lost: less is better
    assert back.cost("payer")[1].tolist() == [100, 120]


def test_messages(psa, sampled, tmp_path):
    write_layout(psa, tmp_path / "out", "dampack", "payer", "care", draws=sampled)
    with pytest.raises(InputError, match="is there already"):
        write_layout(psa, tmp_path / "out", "dampack", "payer", "care")
    with pytest.raises(InputError, match="unknown layout 'bcae'; did you mean 'bcea'"):
        write_layout(psa, tmp_path / "new", "bcae", "payer", "care")
    with pytest.raises(InputError, match="column drug_b: is not one of the strategies asked for"):
        read_layout(tmp_path / "out", "dampack", ("care", "drug_a"), effects="gained")
    with pytest.raises(InputError, match="effects must be 'gained'"):
        read_layout(tmp_path / "out", "dampack", psa.strategies, effects="more")
    cost = tmp_path / "out" / "cost.csv"
    cost.write_text("\n".join(cost.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(InputError, match=r"cost.csv has 39 draws, effectiveness.csv 40"):
        read_layout(tmp_path / "out", "dampack", psa.strategies, effects="gained")
    assert not list(tmp_path.glob(".*"))  # nothing half-done is left
