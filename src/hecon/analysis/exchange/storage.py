"""Outcomes kept in one .npz file and read back with nothing lost: values, labels, tags, price parameters, draw index.

The file holds arrays and one JSON text, no pickles, so that opening one cannot run code.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from hecon.errors import InputError
from hecon.files import whole_file
from hecon.outcomes import Item, Outcomes, PriceParameter, fingerprint

FORMAT = "hecon outcomes 3"


def save_outcomes(
    path: str | Path, outcomes: Outcomes, parameters: Mapping[str, NDArray[np.float64]] | None = None
) -> None:
    """Write outcomes, and with them the sampled `parameters`, name -> (draw,); `kept` of a run is not written.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> path = Path(tempfile.mkdtemp()) / "psa.npz"
    >>> save_outcomes(path, from_totals(("care",), [[100.0, 90.0]], [[1.0, 2.0]]), {"p_die": np.array([0.1, 0.2])})
    >>> load_outcomes(path).effect().tolist(), load_parameters(path)["p_die"].tolist()
    ([[1.0, 2.0]], [0.1, 0.2])
    """
    parameters = parameters or {}
    about = {
        "format": FORMAT,
        "strategies": outcomes.strategies,
        "labels": outcomes.labels,
        "items": [vars(item) for item in outcomes.items],
        "price_parameters": [
            {"name": one.name, "item": one.item, "acts_with": one.acts_with} for one in outcomes.price_parameters
        ],
        "not_linear": dict(outcomes.not_linear),
        "currency": outcomes.currency,
        "price_year": outcomes.price_year,
        "perspectives": dict(outcomes.perspectives),
        "parameters": list(parameters),
    }
    n = outcomes.draw.size
    arrays: dict[str, Any] = {"about": np.array(json.dumps(about)), "values": outcomes.values, "draw": outcomes.draw}
    arrays["parameters"] = np.array([np.broadcast_to(value, n) for value in parameters.values()]).reshape(-1, n)
    for k, one in enumerate(outcomes.price_parameters):
        arrays |= {f"price_parameter_{k}_price": one.price, f"price_parameter_{k}_quantity": one.quantity}
    with whole_file(path) as draft, draft.open("wb") as file:
        np.savez(file, **arrays)


def load_outcomes(path: str | Path) -> Outcomes:
    """Read what `save_outcomes` wrote.

    Raises:
        InputError: no such file, or a file that is not one of ours.

    >>> load_outcomes("nowhere.npz")
    Traceback (most recent call last):
    hecon.errors.InputError: nowhere.npz: no such file
    """
    arrays, about = _open(path)
    return Outcomes(
        arrays["values"],
        tuple(about["strategies"]),
        tuple(Item(**item) for item in about["items"]),
        labels=tuple(about["labels"]),
        draw=arrays["draw"],
        currency=about["currency"],
        price_year=about["price_year"],
        price_parameters=tuple(
            PriceParameter(
                one["name"],
                one["item"],
                arrays[f"price_parameter_{k}_price"],
                arrays[f"price_parameter_{k}_quantity"],
                tuple(one["acts_with"]),
            )
            for k, one in enumerate(about["price_parameters"])
        ),
        perspectives={name: tuple(sectors) for name, sectors in about["perspectives"].items()},
        not_linear=about["not_linear"],
        fingerprints={
            name: fingerprint(values) for name, values in zip(about["parameters"], arrays["parameters"], strict=True)
        },
    )


def load_parameters(path: str | Path) -> dict[str, NDArray[np.float64]]:
    """The sampled parameters kept with the outcomes, name -> (draw,), in the order of sampling.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> path = Path(tempfile.mkdtemp()) / "psa.npz"
    >>> save_outcomes(path, from_totals(("care",), [[100.0]], [[1.0]]))
    >>> load_parameters(path)
    {}
    """
    arrays, about = _open(path)
    return dict(zip(about["parameters"], arrays["parameters"], strict=True))


def _open(path: str | Path) -> tuple[dict[str, Any], dict[str, Any]]:
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays["about"]))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise InputError(f"{path}: is not a file of outcomes written by hecon") from error
    if about.get("format") != FORMAT:
        raise InputError(f"{path}: has format '{about.get('format')}'; this version reads '{FORMAT}'")
    return arrays, about
