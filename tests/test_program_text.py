"""The text of a Program: all that its numbers rest on, nothing else, the same in every process."""

import os
import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import pytest

from hecon import Cost, MarkovModel, Strategy, Utility
from hecon.formula import program
from hecon.formula.program_text import program_fingerprint, program_text
from hecon.structure.lowering import lower

MODEL = MarkovModel(
    title="Demo", states=("well", "dead"), cycle="1 year", horizon="4 years", within_cycle="half-cycle", events="mid",
    transitions={"well -> dead": "p_die"}, let={"c_now": "c_drug"}, discount={"cost": "0.03", "effect": "0.03"},
    outcomes=[Cost("drug", {"well": "c_now"}, per="year", category="product", sector="health care"), Utility({"well": "u"}),
              Cost("death", "100", on="well -> dead", category="end of life", sector="health care")],
    discount_timing="continuous", strategies=[Strategy("a", "Care", start="well"), Strategy("b", start="well", let={"c_now": "0"})],
)  # fmt: skip
PRINTED = {  # a field that is new belongs into the text, or here with the reason why no number rests on it
    "Program": "strategies blocks checks title items",  # a title is a label; items are those of the terms
    # a leaf is a label; the cycles declared say only what is told of a shorter horizon
    "Block": "name strategy parent clock mass offset formulas states terms checks reports occupied moved leaf between"
    " declared_cycles",
    "Clock": "per_year cycles",
    "StateVector": "states by entries start tunnels",
    "Tunnel": "length last",
    "Term": "item where value flow present discount time amount falls written ends by_year",  # what was written is words
    "CheckFormula": "name value equals at_most within must remedy",  # a remedy is words
    "Formula": "name tree text unit",  # the text is printed from the tree; units are words
}


@pytest.mark.parametrize("name", PRINTED)
def test_every_field_is_printed_or_left_out_for_a_reason(name: str) -> None:
    assert {one.name for one in fields(getattr(program, name))} == set(PRINTED[name].split())


@pytest.mark.parametrize(
    "changes",
    [
        {"horizon": "5 years"},
        {"cycle": "6 months"},
        {"within_cycle": "end"},
        {"events": "start"},
        {"discount_timing": "whole_year"},
        {"discount": {"cost": "0.03", "effect": "0"}},
        {"transitions": {"well -> dead": "p_die + 0"}},
        {"let": {"c_now": "2 * c_drug"}},
        {"outcomes": [replace(MODEL.outcomes[0], sector="other"), *MODEL.outcomes[1:]]},
        {"strategies": [MODEL.strategies[0]]},
    ],
)
def test_what_changes_a_number_changes_the_text(changes: dict[str, Any]) -> None:
    assert program_text(lower(replace(MODEL, **changes))) != program_text(lower(MODEL))


def test_labels_do_not() -> None:
    other = replace(MODEL, title="Other", strategies=[replace(MODEL.strategies[0], label="Usual"), MODEL.strategies[1]])
    assert program_fingerprint(lower(other)) == program_fingerprint(lower(MODEL))


def test_every_process_prints_the_same() -> None:
    script = "from test_program_text import *; print(program_fingerprint(lower(MODEL)))"
    here = os.path.dirname(__file__)
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            cwd=here,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {program_fingerprint(lower(MODEL)) + "\n"}
