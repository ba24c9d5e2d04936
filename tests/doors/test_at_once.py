"""Runs that begin together: each has its own folder, and in it its own numbers."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hecon.files import numbered_folder


def test_six_runs_begun_at_once_give_six_folders(home):
    perspectives = ("payer", "health care sector", "societal") * 2
    words = [sys.executable, "-m", "hecon", "run", "demo", "--draws", "20", "--no-figures", "--no-workbook", "--json"]
    runs = [
        subprocess.Popen([*words, "--perspective", one, "--out", "shared"], stdout=subprocess.PIPE, text=True)
        for one in perspectives
    ]
    told = [json.loads(run.communicate()[0]) for run in runs]
    folders = [one["folder"] for one in told]
    assert len(set(folders)) == 6
    for one, perspective in zip(told, perspectives, strict=True):
        kept = json.loads(Path(one["folder"], "results.json").read_text())
        assert kept["perspective"] == one["perspective"] == perspective
        assert kept["incremental"] == one["incremental"]
    assert sorted(path.name for path in Path("shared/demo").iterdir()) == sorted(Path(one).name for one in folders)


def _write(target):
    with numbered_folder(target) as place:
        (place.draft / "mark").write_text(str(os.getpid()))
    return place.target.name, str(os.getpid()), (place.target / "mark").read_text()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks beside threads
def test_forty_writers_of_one_name(tmp_path):
    with multiprocessing.get_context("fork").Pool(8) as pool:
        found = pool.map(_write, [tmp_path / "run"] * 40, chunksize=1)
    assert len({name for name, *_ in found}) == 40
    assert all(mine == kept for _, mine, kept in found)
    assert len(list(tmp_path.iterdir())) == 40


def test_a_name_is_taken_before_anything_is_computed(tmp_path):
    with numbered_folder(tmp_path / "run") as first:
        assert first.target.is_dir()
        with numbered_folder(tmp_path / "run") as second:
            assert second.target.name == "run_2"
    with pytest.raises(ZeroDivisionError), numbered_folder(tmp_path / "run"):
        raise ZeroDivisionError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run_2"]
