"""The page's own scripts that need no browser: what is taken from a field, refused, kept in a link and written as a scenario."""

from importlib.resources import files

import pytest

from hecon.page.run_javascript import run_javascript

SCRIPTS = (
    "decide.js",
    "decide_digits.js",
    "app_elements.js",
    "app_state.js",
    "app_link.js",
    "app_fields.js",
    "app_downloads.js",
)


def one(name, value, **more):
    plain = {
        "name": name,
        "label": name,
        "unit": "",
        "value": value,
        "support": None,
        "rule": "",
        "codes": None,
        "provenance": "",
    }
    return {**plain, **more}


DATA = {
    "perspective": "payer", "perspectives": [{"name": "payer"}, {"name": "societal"}], "threshold": 100.0, "money": "EUR 2020",
    "effect_word": "QALY", "horizon": 40.0, "horizons": 1.0,
    "inputs": [
        one("price", 5.0, unit="EUR", support=[0.0, None], rule="an amount of money is at least 0", provenance="read"),
        one("p_ill", 0.25, support=[0.0, 1.0], rule="a probability lies between 0 and 1"),
        one("family", 1.0, codes=[1.0, 2.0], choices=["weibull", "gompertz"]), one("_dr_cost", 0.03),
        one("agreement", 0.0),
    ],
    "agreements": {
        "input": "agreement",
        "choices": [{"value": 0, "name": "", "label": "none"}, {"value": 1, "name": "thirds", "label": "Thirds"}],
    },
}  # fmt: skip


def page(script, **more):
    text = "\n".join((files("hecon.page") / "javascript" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return run_javascript(f"{text}\nState.start(data.DATA); {script}", {"DATA": DATA, **more})


def test_numbers_are_read_as_people_write_them():
    given = {
        "0.25": 0.25, "1,234.5": 1234.5, " 475 000 ": 475000.0, "20%": 0.2, "-3": -3.0, "1e3": 1000.0, ".5": 0.5,
        "0,25": None, "": None, "abc": None, "1.2.3": None, "12,34": None,
    }  # fmt: skip
    found = page(
        "return data.texts.map((text) => { const x = Fields.parse(text); return Number.isNaN(x) ? null : x; });",
        texts=list(given),
    )
    assert dict(zip(given, found, strict=True)) == given


def test_what_cannot_be_is_refused_with_a_reason():
    found = page(
        """return [State.refusal("p_ill", 1.2), State.refusal("p_ill", 1), State.refusal("price", -1), State.refusal("price", NaN),
        State.refusal("family", 3), State.horizon_refusal(41), State.horizon_refusal(20.5), State.horizon_refusal(20)];"""
    )
    assert found[:3] == ["a probability lies between 0 and 1", "", "an amount of money is at least 0"]
    assert "not a number" in found[3]
    assert found[4:] == [
        "choose one of 1, 2", "the horizon lies between 1 and 40 years", "the horizon is a multiple of 1 year", "",
    ]  # fmt: skip


CHANGE = """State.set("price", 4); State.set("p_ill", 0.3); State.set("p_ill", 0.25); State.set("family", 2);
State.set("_dr_cost", 0.015);
State.choose("perspective", "societal"); State.choose("threshold", 80);
State.choose("horizon", 20); State.choose("agreement", 1);"""


def test_what_differs_is_told_with_both_values():
    found = page(f"{CHANGE} return State.changes().map((one) => [one.what, one.before, one.after, one.provenance]);")
    assert found == [
        ["Perspective", "payer", "societal", ""],
        ["Threshold", "100 EUR 2020 per QALY", "80 EUR 2020 per QALY", ""],
        ["Horizon", "40 years", "20 years", ""],
        ["Agreement", "none", "Thirds", ""],
        ["price", "5 EUR", "4 EUR", "read"],
        ["family", "weibull", "gompertz", ""],
        ["_dr_cost", "0.03", "0.015", ""],
    ]
    assert page(f"{CHANGE} State.reset(); return [State.changes(), State.is_changed()];") == [[], False]


def test_a_link_holds_the_whole_state_and_the_scenarios():
    found = page(
        f"""{CHANGE} const state = State.get(), kept = [{{ name: "Überblick", state }}];
        const whole = Link.decode(Link.encode({{ state, kept }}));
        State.reset(); const unknown = State.replace({{ ...whole.state, values: {{ ...whole.state.values, gone: 1, p_ill: 7 }} }});
        const same = JSON.stringify(State.get()) === JSON.stringify(state);
        return {{ same, name: whole.kept[0].name, unknown, broken: Link.decode("%%") }};"""
    )
    assert found == {"same": True, "name": "Überblick", "unknown": ["gone", "p_ill"], "broken": None}


def test_a_scenario_has_the_rows_of_scenarios_csv():
    found = page(f'{CHANGE} return Downloads.scenario_rows(data.DATA, "My version", State.get());')
    assert found[0] == ["scenario", "label", "target", "name", "value", "note"]
    assert [row[2:5] for row in found[1:]] == [
        ["setting", "perspective", "societal"], ["setting", "threshold", "80"], ["setting", "horizon", "20 years"],
        ["setting", "agreement", "thirds"], ["parameter", "price", "4"], ["parameter", "family", "2"],
        ["setting", "discount_cost", "0.015"],
    ]  # fmt: skip
    assert {(row[0], row[1]) for row in found[1:]} == {("my_version", "My version")}


def test_shares_of_one_whole_change_together_and_go_back_together():
    shares = [one("p_a", 0.5), one("p_b", 0.3), one("p_c", 0.2)]
    data = {**DATA, "inputs": [*DATA["inputs"], *shares], "shares": [["p_a", "p_b", "p_c"]]}
    text = "\n".join((files("hecon.page") / "javascript" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    found = run_javascript(
        f"""{text}
        State.start(data); State.set("p_a", 0.75); const moved = State.get().values; State.set("p_b", 0.3);
        const unknown = State.replace({{...State.get(), agreement: 9, budget: 7, values: {{}}}});
        return [moved, State.get().values, unknown];""",
        data,
    )
    assert found[0] == pytest.approx({"p_a": 0.75, "p_b": 0.15, "p_c": 0.1})
    assert found[1:] == [{}, ["agreement"]]
