"""`hecon verify`: the certificate of a case, printed, as JSON and as a page; the exit code."""

import json


def test_the_new_case_is_verified(home, call):
    found = call("verify", "demo", "--html", "certificate.html")
    assert found.exit_code == 0, found.stdout
    assert found.stdout.startswith("demo: ")
    assert " 0 fail" in found.stdout
    assert "Verification of demo" in (home / "certificate.html").read_text()


def test_a_cost_typed_over_fails_with_its_formula(home, call, edit):
    edit(home / "models" / "demo" / "model.py", '"c_ill"', '"1234"')
    found = call("verify", "demo", "--only", "money of 0", "--only", "every input is used", "--json")
    assert found.exit_code == 1
    certificate = json.loads(found.stdout)
    assert not certificate["passed"]
    told = [one for test in certificate["tests"] for one in test["findings"]]
    assert any("1234" in one["formula"] for one in told)
    assert any("c_ill" in one["told"] for one in told)


def test_an_unknown_test_is_refused(home, refused):
    assert "did you mean 'signs'" in refused("verify", "demo", "--only", "sign")
