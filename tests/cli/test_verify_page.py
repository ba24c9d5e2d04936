"""`hecon page --verify` and `hecon verify-page`, from one end to the other."""

import json
from pathlib import Path

from hecon.page.verify.page_file import read_page


def test_a_page_is_verified_as_it_is_written_and_later(home, call, refused):
    found = call("page", "demo", "--draws", "20", "--verify")
    assert found.exit_code == 0, found.output
    assert "demo.html: verified" in found.stdout
    assert read_page(home / "demo.html").data["verification"]["passed"]
    found = call("verify-page", "demo.html", "--perturbations", "2", "--json")
    told = json.loads(found.stdout)
    assert (found.exit_code, told["passed"], told["draws"], told["file"]) == (0, True, 20, "demo.html")
    assert told["worst_relative_difference"] < 1e-12
    assert "is neither node nor chromium" in refused("verify-page", "demo.html", "--runner", "deno")
    assert "is not a page that hecon wrote" in refused("verify-page", "inputs/demo/parameters.csv")
    text = Path("demo.html").read_text(encoding="utf-8")
    Path("edited.html").write_text(text.replace("Math.expm1(low) / low", "Math.expm1(low)"), encoding="utf-8")
    found = call("verify-page", "edited.html", "--case", "demo", "--perturbations", "1")
    assert (found.exit_code, "edited.html: NOT VERIFIED" in found.stdout) == (1, True)
    assert "the printed model is not the one that hecon prints of it now" in found.stdout


def test_a_page_of_other_inputs_says_which_differ(home, call, edit):
    call("page", "demo", "--draws", "0")
    edit("inputs/demo/parameters.csv", "beta,40,360", "beta,80,720")
    found = call("verify-page", "demo.html", "--perturbations", "1")
    assert found.exit_code == 1
    assert "the page was written from the inputs of fingerprint" in found.stdout
    assert "no number was compared" in found.stdout
