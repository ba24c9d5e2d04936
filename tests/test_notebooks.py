"""The notebooks run from top to bottom, are committed without output, and hold no logic."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""
REFUSED = {"05_your_own_therapy": 1}  # commands of it that fail on purpose


def _cells(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def _name(path: Path) -> str:
    return path.stem


def test_there_are_seven() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06", "07"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_it_is_committed_without_output_and_holds_no_logic(path: Path) -> None:
    cells = _cells(path)
    assert [cell["execution_count"] for cell in cells if cell["outputs"] or cell["execution_count"]] == []
    lines = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
    assert [line for line in lines if line.lstrip().startswith(("def ", "class ", "for ", "while ", "if "))] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_it_runs(path: Path, tmp_path: Path) -> None:
    ran = tmp_path / path.name
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "MPLCONFIGDIR": str(tmp_path / "matplotlib")}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", RUN, str(path), str(path.parent), str(ran)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    texts = ["".join(output.get("text", "")) for cell in _cells(ran) for output in cell["outputs"]]
    assert sum(text.startswith("hecon: ") for text in texts) == REFUSED.get(path.stem, 0), texts
