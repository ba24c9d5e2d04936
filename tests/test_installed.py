"""The sdist and the wheel: what they hold, and that hecon installed from the wheel works where the repository is not."""

import os
import runpy
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "check_installed"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist of this folder, and the wheel made from that sdist."""
    pytest.importorskip("hatchling", reason="builds the wheel")
    pytest.importorskip("pip", reason="installs the wheel")
    sdist, wheel = SCRIPT["build"](tmp_path_factory.mktemp("dist"))
    return sdist, wheel


def _tracked(*folders: str) -> set[str]:
    """What git holds of this folder; in an unpacked sdist, which has no git, what is there of it."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "-z", *folders]
        return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")) - {""}
    found = (path for folder in folders or (".",) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_sdist_holds_all_that_git_holds(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert _tracked("src", "tests", "models", "inputs", "docs", "scripts", "benchmarks", ".ci") <= held
    assert {"README.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "pyproject.toml"} <= held
    if (ROOT / ".git").exists():
        assert _tracked() <= held


def test_the_wheel_holds_the_package_and_the_examples(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        held = set(archive.namelist())
        (name,) = (name for name in held if name.endswith(".dist-info/METADATA"))
        facts = Parser().parsestr(archive.read(name).decode())
    package = {path.removeprefix("src/") for path in _tracked("src")}
    examples = {f"hecon/examples/{path}" for path in _tracked("models", "inputs", "tests/golden")}
    assert package | examples <= held
    assert not [path for path in held if path.endswith(".pyc") or path.startswith(("tests", "models", "src"))]
    assert facts["Version"] == runpy.run_path(str(ROOT / "src" / "hecon" / "version.py"))["VERSION"]
    assert (facts["Name"], facts["License-Expression"], facts["Requires-Python"]) == ("hecon", "MIT", ">=3.11")
    for version in SCRIPT["VERSIONS"]:
        assert f"Programming Language :: Python :: {version}" in facts.get_all("Classifier", [])


def test_the_installed_wheel_works_without_the_repository(built: tuple[Path, Path], tmp_path: Path) -> None:
    """The environment holds the wheel alone; what hecon depends on is lent by the one that runs this test."""
    environment, lent, folder = tmp_path / "environment", tmp_path / "lent", tmp_path / "folder"
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    lent.mkdir()
    folder.mkdir()
    for site in {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}:
        for entry in site.iterdir():
            if "hecon" not in entry.name and entry.suffix != ".pth":
                (lent / entry.name).symlink_to(entry)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(f"{lent}\n")
    python = environment / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, str(built[1])], check=True, capture_output=True, cwd=folder)
    SCRIPT["walk"](environment, folder)
