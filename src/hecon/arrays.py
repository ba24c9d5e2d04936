"""The one alias for what nearly everything here computes with."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
