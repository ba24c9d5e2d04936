"""One version, and one description, wherever it is written."""

import re
import tomllib
from pathlib import Path

import hecon

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def _cited(key: str) -> str:
    found = re.search(rf"^{key}: (.+)$", CITATION, re.M)
    assert found, f"CITATION.cff has no {key}"
    return found[1].strip('"')


def test_the_version_is_one() -> None:
    assert hecon.__version__ == PROJECT["version"] == _cited("version")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?:hecon-|version )(\d+\.\d+\.\d+)", readme)) == {hecon.__version__}


def test_the_citation_says_what_the_project_says() -> None:
    assert (_cited("cff-version"), _cited("type"), _cited("license")) == ("1.2.0", "software", PROJECT["license"])
    assert _cited("title") == f"hecon: {PROJECT['description'][0].lower()}{PROJECT['description'][1:]}"
    assert re.findall(r"^  - name: (.+)$", CITATION, re.M) == [author["name"] for author in PROJECT["authors"]]
    assert re.findall(r"^  - (?!name)(.+)$", CITATION, re.M) == PROJECT["keywords"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", _cited("date-released"))
    assert _cited("message")
    assert _cited("abstract")


def test_every_python_that_is_claimed_is_tried() -> None:
    claimed = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    tried = re.search(
        r"^VERSIONS = \((.+)\)$", (ROOT / "scripts" / "check_installed").read_text(encoding="utf-8"), re.M
    )
    assert tried
    assert re.findall(r"3\.\d+", tried[1]) == claimed
