"""Every model's twin, recalculated from wrong stored results, is the engine's, cell by cell, also under other inputs.

The full count of inputs is run by scripts/verify_all_workbooks; here it is small.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from hecon.workbook.layout import Layout
from hecon.workbook.verify.expected import compare
from hecon.workbook.verify.perturbation import batches
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Made, Trial
from hecon.workbook.verify.verify import verify
from hecon.workbook.xlsx.package import opened, read_package, sheet_parts

Twins = Callable[[str], tuple[Made, Path]]
Layouts = Callable[[str], Layout]
LARGE = (  # one other set of inputs; each case's own tests verify its workbook too
    "allogeneic_transplantation, burden",
    "allogeneic_transplantation, refractory_children",
    "axi_cel_second_line",
    "axi_cel_third_line",
    "car_t_paediatric_all",
    "car_t_paediatric_all, partitioned",
    "car_t_follicular",
    "cell_therapy_myeloma",
    "cell_therapy_myeloma, ide_cel",
    "neuroblastoma",
    "hard",
)


# Of the cases LibreOffice recalculates these: Markov and partitioned survival, trees, tunnels, solved curves. Another case
# differs in the number of columns, not in what stands in them; formualizer compares the cells of all.
RECALCULATED = ("car_t_paediatric_all", "glioblastoma", "til_melanoma", "neuroblastoma")
CASES = {one.parent.name for one in (Path(__file__).parents[2] / "models").glob("*/model.py")}


def texts_of(path: Path) -> str:
    """The XML of a twin's sheets without what stands in quotes: its formulas, numbers and tags; words stand elsewhere."""
    with opened(path) as archive:
        return "".join(re.sub(r'"[^"]*"', "", archive.read(part).decode()) for part in sheet_parts(archive).values())


@cache
def functions(path: Path) -> frozenset[str]:
    """The functions that a workbook's formulas call."""
    return frozenset(re.findall(r"[A-Z][A-Z0-9.]+(?=\()", texts_of(path)))


@pytest.mark.usefixtures("formualizer")
def test_every_cell_is_the_engines(twins: Twins, any_twin: str) -> None:
    made, path = twins(any_twin)
    assert not re.search(r"(?:=|&lt;&gt;)-?\d+\.\d{12,}", texts_of(path)), "equal to a constant of many digits"
    large = any_twin in LARGE
    certificate = verify(path, made, count=1 if large else 6, engine="formualizer", inputs=not large)
    assert certificate.passed, certificate.text()
    assert certificate.worst < 1e-10
    assert certificate.worst_total < 1e-12
    assert certificate.perturbations >= (1 if large else 4), certificate.text()
    assert certificate.cells > 500


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_verifies_too(twins: Twins) -> None:
    made, path = twins("sumatriptan")
    certificate = verify(path, made, count=0, engine="libreoffice", inputs=False)
    assert certificate.passed, certificate.text()
    assert certificate.engine.startswith("LibreOffice")


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_recalculates_other_inputs(twins: Twins, layouts: Layouts, tmp_path: Path, any_twin: str) -> None:
    """One recalculation of a poisoned copy with other inputs: every cell is the engine's, none holds an error.

    Of other cases and structures, whose cells formualizer compares, only that they call no function of their own.
    """
    if any_twin.partition(",")[0] in CASES and any_twin not in RECALCULATED:
        known = frozenset().union(*(functions(twins(name)[1]) for name in ("glioblastoma", "til_melanoma")))
        assert functions(twins(any_twin)[1]) <= known
        return
    made, path = twins(any_twin)
    layout = layouts(any_twin)
    package = read_package(path)
    trial = Trial(made, layout, package, package, open_session(path, "libreoffice", tmp_path), tmp_path)
    (batch,) = batches(made.book, tuple(layout.inputs), [], [{}], 1, seed=3)
    ((inputs, values, draw),) = trial.sets(batch)
    found = trial.session.values(trial.typed(inputs, {}))
    assert not [cells.errors for cells in found.values() if cells.errors]
    compare(trial.tally, found, layout, values, draw, "LibreOffice")
    assert not trial.tally.wrong, [str(one) for one in trial.tally.wrong[:5]]
    assert trial.tally.cells > 50  # a tree alone has few
