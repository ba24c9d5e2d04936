"""Every case at 1,000 draws, one after the other, and `hecon atlas`: seconds by the clock and of CPU, each in an empty process.

A case with several structures runs all of them. The figures wanted: all cases together in 90 s, the atlas in 120 s, on two cores.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DRAWS = 1_000
EACH = """
import sys, hecon
case = hecon.open_case(sys.argv[1])
for structure in case.models:
    case.run(draws=int(sys.argv[2]), structure=structure)
"""


def seconds(command: list[str]) -> tuple[float, float]:
    """By the clock and of CPU, of one command in a process of its own."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"MPLBACKEND": "agg"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line per case, the sum, and the atlas."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--draws", type=int, default=DRAWS)
    draws = asked.parse_args().draws
    total = [0.0, 0.0]
    print(f"{'':32}{'seconds':>9}{'CPU':>9}")
    for case in sorted(path.parent.name for path in ROOT.glob("models/*/model.py")):
        clock, cpu = seconds([sys.executable, "-c", EACH, case, str(draws)])
        total = [total[0] + clock, total[1] + cpu]
        print(f"{case:32}{clock:9.1f}{cpu:9.1f}", flush=True)
    print(f"{'all cases (wanted: 90)':32}{total[0]:9.1f}{total[1]:9.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        clock, cpu = seconds([sys.executable, "-m", "hecon", "atlas", "--draws", str(draws), "--out", folder])
    print(f"{'hecon atlas (wanted: 120)':32}{clock:9.1f}{cpu:9.1f}")


if __name__ == "__main__":
    main()
