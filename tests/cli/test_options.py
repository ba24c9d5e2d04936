"""An option means the same in every command: one help text, one default."""

import pytest
from typer.main import get_command

from hecon.cli import app

OWN = {
    ("run", "name"),
    ("new", "name"),
    ("report", "out"),
    ("twin", "out"),
    ("page", "out"),
    ("tree", "out"),
    ("appendix", "out"),
    ("evidence", "out"),
    ("atlas", "out"),
    ("cheers", "out"),
    ("price", "strategy"),
}
SHARED = (
    "draws", "seed", "sampling", "draws_file", "perspective", "wtp", "reference", "scenario", "scenario_file", "structure", "name",
    "out", "as_one_json", "no_figures", "force", "inputs", "redact", "show",
)  # fmt: skip
ANALYSES = (
    "breakdown",
    "ceac",
    "dsa",
    "gsa",
    "price",
    "scenarios",
    "scheme",
    "subgroups",
    "threshold",
    "twoway",
    "voi",
)
COMMANDS = {name: {one.name: one for one in command.params} for name, command in get_command(app).commands.items()}


@pytest.mark.parametrize("option", SHARED)
def test_a_shared_option_is_told_alike(option):
    told = {
        (found[option].help, str(found[option].default))
        for name, found in COMMANDS.items()
        if option in found and name not in ("explain", "verify-workbook", "verify-page") and (name, option) not in OWN
    }
    assert len(told) == 1


@pytest.mark.parametrize("command", ANALYSES)
def test_an_analysis_takes_the_case_how_it_is_read_and_where_it_goes(command):
    names = list(COMMANDS[command])
    assert names[0] == "case"
    assert {"perspective", "wtp", "reference", "structure"} < set(names)
    assert [name for name in names if name != "help"][-4:] == ["name", "out", "as_one_json", "no_figures"]
