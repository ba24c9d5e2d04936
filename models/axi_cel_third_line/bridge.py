"""The results of this case beside the published ones, by the tables of the second-line case.

`python models/axi_cel_third_line/bridge.py` puts them into README.md between its two markers; a test compares.
"""

import runpy
from pathlib import Path

HERE = Path(__file__).parent
SHARED = runpy.run_path(str(HERE.parent / "axi_cel_second_line" / "bridge.py"))
BEGIN, END, tables = SHARED["BEGIN"], SHARED["END"], SHARED["tables"]

if __name__ == "__main__":
    SHARED["write"](HERE)
