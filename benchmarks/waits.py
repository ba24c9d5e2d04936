"""The waits of the command line on the leukaemia case, 10,000 draws: seconds of each command, from an empty process on.

Beside each stand the figures wanted and, since machines differ and are shared, the ratio of its CPU seconds to those of a
plain `hecon.run` of the same case, taken in the same process right after it. Without names every command is measured;
`verify-workbook` takes longest. CPU counts all threads and child processes, and the start of Python with its imports.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

CASE, DRAWS = "car_t_paediatric_all", 10_000
PLAIN_RUNS = 3  # the best of which is the plain run


@dataclass(frozen=True)
class Command:
    """A command with its arguments ({out}: a folder of its own), seconds and ratio wanted, and what must be run before it."""

    arguments: str
    seconds: float | None = None
    ratio: float | None = None
    before: str = ""


COMMANDS = {
    "run": Command(f"run {CASE} --out {{out}}", 5, 4),
    "run-no-workbook": Command(f"run {CASE} --no-workbook --out {{out}}", 2, 1.6),
    "report": Command(f"report {CASE} --out {{out}}/page.html", 8, 6),
    "scenarios": Command(f"scenarios {CASE} --out {{out}}", 8, 6),
    "ceac-until-stable": Command(f"ceac {CASE} --until-stable --out {{out}}", 8),
    "verify-workbook": Command(
        f"verify-workbook {{out}}/{CASE}/waits/{CASE}.xlsx", 40, before=f"run {CASE} --name waits --out {{out}}"
    ),
    "check": Command(f"check {CASE}", 0.8),
    "help": Command("--help", 0.35),
    "gsa": Command(f"gsa {CASE} --out {{out}}"),
    "voi": Command(f"voi {CASE} --out {{out}}"),
}


@dataclass(frozen=True)
class Waited:
    """Seconds of one command by CPU and by the clock, and CPU seconds of a plain run in its process."""

    cpu: float
    wall: float
    plain: float


def measured(command: Command, folder: Path) -> Waited:
    """One command in a process of its own."""
    if command.before:
        before = [sys.executable, "-m", "hecon", *command.before.format(out=folder).split()]
        subprocess.run(before, check=True, capture_output=True)
    child = [sys.executable, __file__, "--child", repr(time.time()), *command.arguments.format(out=folder).split()]
    done = subprocess.run(child, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"hecon {command.arguments}\n{done.stdout}{done.stderr}")
    return Waited(**json.loads(done.stdout.splitlines()[-1]))


def child(begun: float, arguments: list[str]) -> None:
    """Run one command as a shell would, then the case plainly; print what both took as the last line."""
    from hecon.cli import main as command_line

    sys.argv = ["hecon", *arguments]
    try:
        command_line()
    except SystemExit as end:
        if end.code:
            raise
    cpu, wall = time.process_time() + _of_children(), time.time() - begun
    print()
    print(json.dumps(asdict(Waited(cpu, wall, plain_seconds()))))


def plain_seconds() -> float:
    """CPU seconds of the model alone over the draws, without reading, sampling, figures or files; the best of three."""
    from measure import cpu_seconds

    import hecon

    case = hecon.open_case(CASE)
    draws = case.book.sample(DRAWS, seed=1)
    return cpu_seconds(lambda: hecon.run(case.model, draws), runs=PLAIN_RUNS)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def best_of(runs: int, command: Command) -> Waited:
    """The run of a command that took the least CPU beside its own plain run."""
    every = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            every.append(measured(command, Path(folder)))
    return min(every, key=lambda one: one.cpu / one.plain)


def _told(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = ", ".join(COMMANDS)
    parser.add_argument("commands", nargs="*", metavar="COMMAND", help=f"which to measure; all if left out: {known}")
    parser.add_argument(
        "--runs", type=int, default=1, metavar="N", help="the best of so many runs of each; 1 if left out"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    asked = parser.parse_args()
    if unknown := [name for name in asked.commands if name not in COMMANDS]:
        parser.error(f"unknown: {', '.join(unknown)} (known: {known})")
    columns = ("CPU s", "wall s", "wanted", "plain run", "ratio", "wanted")
    print(f"{'command':18s}" + "".join(f"{name:>10s}" for name in columns))
    figures = {}
    for name in asked.commands or COMMANDS:
        command = COMMANDS[name]
        one = best_of(asked.runs, command)
        cells = (one.cpu, one.wall, command.seconds, one.plain, one.cpu / one.plain, command.ratio)
        print(f"{name:18s}" + "".join(f"{_told(cell):>10s}" for cell in cells), flush=True)
        figures[name] = {**asdict(one), "ratio": one.cpu / one.plain}
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(float(sys.argv[2]), sys.argv[3:])
        sys.stdout.flush()
        os._exit(0)  # what the command left behind has no say in what was measured
    main()
