"""Subgroups: weights by hand, one run for all, faults of the table with their cells."""

import runpy
from pathlib import Path

import pytest

import hecon
from hecon.analysis.sensitivity.subgroups import OVERALL, subgroups
from hecon.errors import InputError
from hecon.inputs.subgroups import Subgroup, read_subgroups

HERE = Path(__file__).parent
DEMO = runpy.run_path(str(HERE / "sensitivity_case.py"))
READING, tree, book = DEMO["READING"], DEMO["tree"], DEMO["book"]
GROUPS = (Subgroup("young", "Young", 0.75, {"gain": 1.2}), Subgroup("old", "", 0.25, {"gain": 0.4, "price": 4.5}))


def test_subgroups_and_the_whole_by_hand():
    found = subgroups(tree(), book(), GROUPS, **READING)
    # 12 - 5 = 7; 4 - 4.5 = -0.5; 0.75 x 7 - 0.25 x 0.5 = 5.125
    assert [found.row(name, "drug").inmb.mean for name in ("young", "old", OVERALL)] == pytest.approx([7, -0.5, 5.125])
    whole = found.row(OVERALL, "drug")
    assert whole.inc_cost.mean == pytest.approx(0.75 * 5 + 0.25 * 4.5)
    assert whole.inc_effect.mean == pytest.approx(0.75 * 1.2 + 0.25 * 0.4)
    assert (found.row("old", "drug").best, whole.best) == (False, True)
    assert found.value_of_choice == pytest.approx(0.25 * 0.5)


def test_probabilistic_subgroups_share_their_draws():
    uncertain = {"distribution": "uniform", "par1": 4.0, "par2": 6.0, "low": 4.1, "high": 5.9}
    inputs = book(price=uncertain)
    groups = (Subgroup("young", "", 0.75, {"gain": 1.2}), Subgroup("old", "", 0.25, {"gain": 0.4}))
    draws = inputs.sample(200, seed=1)
    found = subgroups(tree(), inputs, groups, **READING, draws=draws)
    young, old, whole = (found.row(name, "drug", "probabilistic") for name in ("young", "old", OVERALL))
    assert young.inmb.mean - old.inmb.mean == pytest.approx(8)
    assert whole.inmb.mean == pytest.approx(10 - draws["price"].mean())
    assert found.draws == 200


def test_one_subgroup_that_is_everyone_is_the_base_case():
    found = subgroups(tree(), book(), [Subgroup("all", "", 1.0, {})], **READING)
    assert found.row(OVERALL, "drug").inmb.mean == found.row("all", "drug").inmb.mean == 5
    assert found.value_of_choice == 0


def test_the_order_of_subgroups_does_not_matter():
    one, two = (subgroups(tree(), book(), groups, **READING) for groups in (GROUPS, GROUPS[::-1]))
    assert one.row(OVERALL, "drug").inmb.mean == pytest.approx(two.row(OVERALL, "drug").inmb.mean, rel=1e-14)


def write(folder, text):
    (folder / "subgroups.csv").write_text(text)
    (folder / "parameters.csv").write_text("name,value,provenance\ngain,1,assumption\n")
    return folder


def test_the_table_is_read_beside_the_inputs(tmp_path):
    folder = write(
        tmp_path,
        "subgroup,label,weight,parameter,value,note\nyoung,Young,0.75,gain,1.2,\nold,,0.25,gain,0.4,\nold,,,share,0.9,\n",
    )
    assert hecon.read_inputs(folder).tables == {}
    young, old = read_subgroups(folder)
    assert young == Subgroup("young", "Young", 0.75, {"gain": 1.2})
    assert old.values == {"gain": 0.4, "share": 0.9}


def test_faults_come_all_at_once_with_their_cells(tmp_path):
    folder = write(tmp_path, "subgroup,weight,parameter,value\na,0.5,gain,x\na,0.4,gain,1\nb,,gain,1\n,1,gain,1\n")
    with pytest.raises(InputError) as error:
        read_subgroups(folder)
    for text in ("subgroups!D2", "value is not a number: 'x'", "subgroups!B3", "b has no weight", "subgroups!A5"):
        assert text in str(error.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("subgroup,weight,parameter\na,1,gain\n", "no column 'value'"),
        ("subgroup,weigth,parameter,value\na,1,gain,1\n", "weigth"),
    ],
)
def test_columns_are_checked(tmp_path, text, why):
    with pytest.raises(InputError, match=why):
        read_subgroups(write(tmp_path, text))


def test_a_case_without_subgroups_is_told_how_to_declare_them(tmp_path):
    (tmp_path / "parameters.csv").write_text("name,value,provenance\ngain,1,assumption\n")
    with pytest.raises(InputError, match=r"write subgroups\.csv"):
        read_subgroups(tmp_path)


def test_weights_and_names_are_checked_against_the_book():
    with pytest.raises(InputError, match=r"add up to 0\.9"):
        subgroups(tree(), book(), [Subgroup("a", "", 0.9, {})], **READING)
    with pytest.raises(InputError, match="did you mean 'gain'"):
        subgroups(tree(), book(), [Subgroup("a", "", 1.0, {"gian": 1.0})], **READING)
    with pytest.raises(InputError, match="from 0 to 1"):
        subgroups(tree(), book(), [Subgroup("a", "", -0.5, {}), Subgroup("b", "", 1.5, {})], **READING)
