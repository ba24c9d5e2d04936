"""One file per command: its options, one call, what is printed.

The linear algebra of these commands is small and many times over: threads of its library, which must be told before numpy
is imported, spend twice the time of the work on waiting for one another (`hecon voi` of the leukaemia case). Draws are
shared out among threads of our own.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
