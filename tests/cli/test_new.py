"""`hecon new --from`: copies of the examples."""

import runpy
from pathlib import Path

import pytest

from hecon.commands.examples import example_names, examples

EXAMPLES = tuple(sorted(path.parent.name for path in Path(__file__).parents[2].glob("models/*/model.py")))


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty folder, as the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_examples_are_those_of_the_checkout():
    assert tuple(example_names()) == EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_copy_is_the_example_under_its_own_name(empty, call, example):
    said = call("new", "mine", "--from", example)
    assert said.exit_code == 0, said.output
    for written in ("models/mine", "inputs/mine", "tests/golden/mine.toml", "tests/test_mine.py"):
        assert f"Wrote {written}\n" in said.stdout
    for folder in ("inputs", "models"):
        whole = {path.name for path in (examples() / folder / example).iterdir() if path.is_file()}
        assert {path.name for path in Path(folder, "mine").iterdir()} == whole
    for page in Path("inputs/mine").iterdir():
        assert page.read_bytes() == (examples() / "inputs" / example / page.name).read_bytes()
    readme = Path("models/mine/README.md").read_text()
    assert f"A copy of `{example}`, an example of hecon " in readme
    assert "    hecon run mine --draws 10000" in readme
    for page in Path("models/mine").iterdir():
        for owner in ("models/", "inputs/", "hecon run "):
            assert owner + example not in page.read_text()
    if "derive.py" in whole:
        assert runpy.run_path("models/mine/derive.py")["INPUTS"] == Path("inputs/mine")
    runpy.run_path("tests/test_mine.py")["test_the_base_case_gives_its_golden_totals"]()
    assert "no fault" in call("check", "mine").stdout


def test_the_test_of_a_copy_tells_what_moved(empty, call, edit):
    assert call("new", "mine", "--from", "til_melanoma").exit_code == 0
    edit("tests/golden/mine.toml", '"cost ipilimumab" = 90100.0', '"cost ipilimumab" = 90101.0')
    with pytest.raises(AssertionError, match="cost ipilimumab"):
        runpy.run_path("tests/test_mine.py")["test_the_base_case_gives_its_golden_totals"]()


def test_a_copy_stands_beside_other_cases_and_overwrites_nothing(home, call, refused):
    assert call("new", "second", "--from", "sipuleucel_t").exit_code == 0
    assert {"demo", "second"} == {path.name for path in Path("models").iterdir()}
    for words in (("new", "second"), ("new", "second", "--from", "til_melanoma")):
        assert "models/second, inputs/second, " in refused(*words)
        assert "already there; choose another name" in refused(*words)


def test_what_is_no_example_is_told_with_those_there_are(empty, refused):
    said = refused("new", "mine", "--from", "til_melanom")
    known = ", ".join(EXAMPLES)
    assert said == f"hecon: there is no example 'til_melanom'; did you mean 'til_melanoma'? (known: {known})\n"
    assert "there is no example '..'" in refused("new", "mine", "--from", "..")
    assert not list(empty.iterdir())
