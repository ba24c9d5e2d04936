"""Derived inputs: written into their rows only, faults all at once, prices moved in their own currency."""

from pathlib import Path

import pytest

from hecon.errors import InputError
from hecon.inputs.derived import derived_cells, price_factor, write_derived

TEXT = "name,value,par1,provenance,note\nfee,0,,derived,\nprice,7,,read,as printed\n"


def folder_of(tmp_path: Path, text: str = TEXT) -> Path:
    (tmp_path / "parameters.csv").write_text(text)
    return tmp_path


def test_cells_go_into_their_row_and_nowhere_else(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert write_derived(folder, {"fee": derived_cells(1 / 3, note="one of three")}) == ["fee"]
    written = (folder / "parameters.csv").read_text()
    assert (
        written == "name,value,par1,provenance,note\nfee,0.3333333333,,derived,one of three\nprice,7,,read,as printed\n"
    )
    assert write_derived(folder, {"fee": derived_cells(1 / 3, note="one of three")}) == []
    assert [path.name for path in folder.iterdir()] == ["parameters.csv"]


def test_faults_come_all_at_once(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    with pytest.raises(InputError, match="3 faults") as caught:
        write_derived(folder, {"price": derived_cells(8), "fees": derived_cells(1)})
    for told in ("fees: has no row; did you mean 'fee'?", "price: is computed, but", "fee: has provenance derived and"):
        assert told in str(caught.value)
    assert (folder / "parameters.csv").read_text() == TEXT


def test_missing_years_are_named() -> None:
    with pytest.raises(InputError, match="no change of prices for 2020, 2021"):
        price_factor({2019: 1.0, 2022: 2.0}, 2018, 2022)
    assert price_factor({}, 2018, 2018) == 1.0
