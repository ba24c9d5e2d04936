"""`hecon hospital`, `hecon volume` and `hecon check` of what they read: answers, files, and what is refused."""

import json
import shutil
from dataclasses import replace

import pytest
from tests.paying.small_model import small_book
from tests.paying.test_hospital import ROWS, records
from tests.paying.test_volume import ROWS as VOLUME

import hecon
from hecon.inputs.writing import write_inputs

QUICK = ("--draws", "40", "--json", "--name", "r", "--no-figures")


@pytest.fixture
def small_case(home):
    """The small model as a case, with a hospital, payment by volume and an agreement."""
    (home / "models/demo/model.py").write_text("from tests.paying.small_model import small\n\nMODEL = small()\n")
    shutil.rmtree(home / "inputs/demo")
    rows = {"stay": records(*ROWS), "volume": VOLUME, "schemes": ({"name": "off", "terms": "Discount('0.2')"},)}
    write_inputs(replace(small_book(), case="demo", records=rows), home / "inputs/demo")
    return home


def test_it_answers_and_writes_its_files(small_case, call):
    found = {}
    for words in ((), ("--scheme", "off")):
        result = call("hospital", "demo", *QUICK, "--patients", "20", *words)
        assert result.exit_code == 0, result.output
        found[words] = json.loads(result.stdout)
    plain, off = found.values()
    assert [row["group"] for row in plain["hospital"]][:3] == [
        "all infused",
        "with intensive care",
        "without intensive care",
    ]
    assert off["hospital"][0]["margin"] - plain["hospital"][0]["margin"] == pytest.approx(60_000)
    assert (plain["agreement"], off["agreement"]) == (None, "off")
    assert {"hospital.csv", "hospital_case.csv", "hospital_cash.csv"} < set(plain["files"])
    text = call("hospital", "demo", "--draws", "0", "--no-figures").stdout
    assert "On an infused case the hospital loses" in text


def test_volume_answers(small_case, call):
    result = call("volume", "demo", *QUICK, "--patients", "10", "--patients", "20")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert len(found["rows"]) == 8
    assert found["cliffs"][0]["level"] == 11.25


def test_check_tells_what_is_wrong_with_both(small_case, refused, call, edit):
    assert call("check", "demo").exit_code == 0
    edit(small_case / "inputs/demo/stay.csv", "add-on", "addon")
    edit(small_case / "inputs/demo/volume.csv", "clawback", "clawbak")
    told = refused("check", "demo")
    assert "'addon' is not a unit of a stay; did you mean 'add-on'?" in told
    assert "'clawbak' is not a kind of payment by volume; did you mean 'clawback'?" in told


def test_every_result_shows_itself(small_case, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    analysis = hecon.open_case("demo").run(draws=20)
    hospital = analysis.hospital(20)
    for one in (hospital, hospital.account, hospital.cash, hospital.year, analysis.volume()):
        assert one._repr_html_().count("<table>") == 1
        assert len(one.to_frame()) > 1
        assert one.plot().has_data()
    assert hospital.to_frame().columns.tolist()[:2] == ["group", "share"]
