"""Every CSV file is read alike or refused alike: encodings, separators, surplus cells, headings, what is no number."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.exchange.psa_tables import read_wide_psa
from hecon.inputs.derived import price_changes
from hecon.inputs.parameter import Parameter
from hecon.survival.data import read_survival
from hecon.survival.digitised import read_digitised

BOOK = hecon.make_book(
    "demo",
    [
        Parameter(name="u_x", value=0.5, distribution="beta", par1=2, par2=2),
        Parameter(name="c_x", value=10.0, distribution="gamma", par1=4, par2=2.5),
    ],
)


def draws(path: Path) -> object:
    return BOOK.read_draws(path)


def table(path: Path) -> object:
    (path.parent / "parameters.csv").write_text("name,value,provenance\nfee,1,assumption\n")
    return hecon.read_inputs(path.parent)


def outcomes(path: Path) -> object:
    return read_wide_psa(path, ("a",), effects="gained")


def digitised(path: Path) -> object:
    risk = path.parent / "risk.txt"
    risk.write_text("time,at_risk\n0,10\n")
    return read_digitised(path, risk)


READERS: list[tuple[Callable[[Path], object], str, str]] = [
    (draws, "u_x,c_x", "0.5"),
    (table, "age,qx", "0.5"),
    (outcomes, "cost_a,qaly_a", "0.5"),
    (read_survival, "time,event", "1"),
    (digitised, "time,survival", "0.5"),
    (price_changes, "year,change_percent", "2"),
]


def refusal(read: Callable[[Path], object], path: Path, data: str | bytes) -> str:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(hecon.HeconError) as raised:
        read(path)
    return str(raised.value)


@pytest.mark.parametrize(("read", "header", "cell"), READERS)
@pytest.mark.parametrize("text", ["1_000", "TRUE", "nan", "inf", "1e999", "0x1A", "1 000"])
def test_what_is_no_number_is_refused_with_its_cell(
    tmp_path: Path, read: Callable[[Path], object], header: str, cell: str, text: str
) -> None:
    told = refusal(read, tmp_path / "file.csv", f"{header}\n1,{cell}\n2,{text}\n")
    assert "B3" in told
    assert f"is not a number: '{text}'" in told


@pytest.mark.parametrize(("read", "header", "cell"), READERS)
def test_a_decimal_comma_is_refused_under_either_separator(
    tmp_path: Path, read: Callable[[Path], object], header: str, cell: str
) -> None:
    semicolons = f"{header}\n1,{cell}\n".replace(",", ";") + "2;0,25\n"
    for data in (semicolons, f'{header}\n1,{cell}\n2,"0,25"\n'):
        told = refusal(read, tmp_path / "file.csv", data)
        assert "B3" in told
        assert "is not a number: '0,25'; write a point for the decimals" in told


@pytest.mark.parametrize(("read", "header", "cell"), READERS)
def test_a_cell_too_many_and_a_heading_twice_are_refused(
    tmp_path: Path, read: Callable[[Path], object], header: str, cell: str
) -> None:
    told = refusal(read, tmp_path / "file.csv", f"{header}\n1,{cell},0.9\n")
    assert "C2: '0.9' stands under no column's name" in told
    told = refusal(read, tmp_path / "file.csv", f"{header},{header.split(',')[1]}\n1,{cell},0.9\n")
    assert f"C1: column '{header.split(',')[1]}' appears twice" in told
    assert "B1" in refusal(read, tmp_path / "file.csv", f"{header.replace(',', ',x;')}\n1,{cell}\n")


@pytest.mark.parametrize(("read", "header", "cell"), READERS)
def test_latin_1_is_refused_with_the_cell_that_shows_it(
    tmp_path: Path, read: Callable[[Path], object], header: str, cell: str
) -> None:
    told = refusal(read, tmp_path / "file.csv", f"{header}\n1,{cell}\n2,Müller\n".encode("latin-1"))
    assert "is not UTF-8 text; save it as 'CSV UTF-8'" in told
    assert "B3 is Latin-1 'ü'" in told


def test_semicolons_and_utf_16_are_read(tmp_path: Path) -> None:
    wanted = [0.25, 0.75]
    path = tmp_path / "draws.csv"
    for text in (
        "u_x,c_x\n0.25,51\n0.75,5\n",
        "u_x;c_x\n0.25;51\n0.75;5\n",
        '"u_x"; c_x\r\n0.25;51\r\n\r\n0.75;5\r\n',
    ):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            path.write_bytes(text.encode(encoding))
            assert np.asarray(BOOK.read_draws(path)["u_x"]).tolist() == wanted


def test_one_number_more_per_row_than_names_is_no_index(tmp_path: Path) -> None:
    told = refusal(draws, tmp_path / "draws.csv", "u_x,c_x\n0.5,0.2,0.9\n0.6,0.3,0.9\n")
    assert "draws.csv!C2: '0.9' stands under no column's name" in told
    assert "draws.csv!C3" in told


def test_a_row_with_a_decimal_comma_is_not_read_as_another_number(tmp_path: Path) -> None:
    told = refusal(draws, tmp_path / "draws.csv", "u_x,c_x\n0,25,51,5\n")
    assert "draws.csv!C2: '51' stands under no column's name" in told


def test_numbers_of_draws_are_whole_and_there_once(tmp_path: Path) -> None:
    told = refusal(draws, tmp_path / "draws.csv", "draw,u_x,c_x\n1,0.5,5\n1,0.5,5\n2.5,0.5,5\n-1,0.5,5\n")
    assert "draws.csv!A3: draw 1 is already in draws.csv!A2" in told
    assert "draws.csv!A4: a draw's number is whole and not below 0; got 2.5" in told
    assert "draws.csv!A5: a draw's number is whole and not below 0; got -1" in told
