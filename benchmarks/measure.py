"""How the benchmarks measure: CPU over all threads, best of five after a warm-up; peak memory of a fresh child process."""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

_SETTLE = 0.3  # seconds, in which threads that the other left waiting busily go to sleep


def cpu_seconds(work: Callable[[], Any], runs: int = 5, warm_up: int = 1) -> float:
    """Process time of the best run, imports excluded."""
    for _ in range(warm_up):
        work()
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best


def paired_cpu_seconds(
    first: Callable[[], Any],
    second: Callable[[], Any],
    runs: int = 5,
    clock: Callable[[], float] = time.process_time,
) -> tuple[float, float]:
    """Best of so many runs of each, taken in turn so that a change of the machine's speed meets both; by `clock`."""
    first(), second()
    best = [float("inf"), float("inf")]
    for _ in range(runs):
        for k, work in enumerate((first, second)):
            time.sleep(_SETTLE)
            begin = clock()
            work()
            best[k] = min(best[k], clock() - begin)
    return best[0], best[1]


def beside_numpy(by_hand: Callable[[], Any], hecon_run: Callable[..., Any], runs: int = 3) -> dict[str, float]:
    """hecon beside numpy written by hand, which has one thread: one thread each, as hecon runs by itself, and by the clock.

    Two threads that share a core take more CPU seconds for the same work, and less time.
    """
    numpy_cpu, one_thread = paired_cpu_seconds(by_hand, lambda: hecon_run(threads=1), runs)
    _, cpu = paired_cpu_seconds(by_hand, hecon_run, runs)
    numpy_wall, wall = paired_cpu_seconds(by_hand, hecon_run, runs, time.perf_counter)
    return {
        "numpy_cpu_seconds": numpy_cpu,
        "hecon_one_thread_cpu_seconds": one_thread,
        "hecon_cpu_seconds": cpu,
        "hecon_one_thread_over_numpy": one_thread / numpy_cpu,
        "hecon_cpu_over_numpy": cpu / numpy_cpu,
        "hecon_wall_over_numpy": wall / numpy_wall,
    }


def peak_megabytes(script: str, *arguments: str) -> float:
    """Peak resident memory of `script` run with `--child` and arguments in a process of its own."""
    done = subprocess.run([sys.executable, script, "--child", *arguments], capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1])


def print_own_peak() -> None:
    """What a child prints last: its own peak resident memory in megabytes."""
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def options(about: str) -> argparse.Namespace:
    """--json prints the figures as one object on the last line; --child is for the measurements themselves."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--child", nargs="*", help=argparse.SUPPRESS)
    return parser.parse_args()


def show(figures: dict[str, float], as_json: bool) -> None:
    """The figures, one a line or as JSON."""
    for name, value in figures.items():
        print(f"{name:35s} {value:12.4g}")
    if as_json:
        print(json.dumps(figures))
