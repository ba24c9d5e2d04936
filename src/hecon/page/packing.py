"""What the page carries, packed small: deflate without a header, in base64; javascript/packing.js opens it again."""

import zlib
from base64 import b64decode, b64encode

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError


def packed(text: str) -> str:
    """A text, deflated and in base64.

    >>> len(packed("hecon " * 1000)) < 60
    True
    """
    return _deflated(text.encode())


def pack_draws(draws: Array) -> str:
    """Draws (draw, input) as float32, column after column in four planes of bytes (lowest first), deflated and in base64.

    Bytes of like weight stand together, because signs and exponents of a column repeat and its last digits do not.

    Raises:
        HeconError: a number that is not finite, or too large for float32.

    >>> from base64 import b64decode
    >>> planes = zlib.decompress(b64decode(pack_draws(np.array([[1.0, 2.0]]))), -zlib.MAX_WBITS)
    >>> planes.hex(" ", 2)  # 1 is 3f800000, 2 is 40000000
    '0000 0000 8000 3f40'
    """
    with np.errstate(over="ignore"):
        small = np.ascontiguousarray(np.asarray(draws, dtype=np.float64).T, dtype="<f4")
    bad = np.argwhere(~np.isfinite(small))
    if bad.size:
        column, draw = bad[0]
        raise HeconError(
            f"draws: {draws[draw, column]} (draw {draw}, input {column}) is no number that float32 can hold"
        )
    return _deflated(small.view(np.uint8).reshape(-1, 4).T.tobytes())


def unpacked_draws(text: str, n: int) -> Array:
    """The draws (draw, input) that `pack_draws` packed, `n` of them.

    >>> unpacked_draws(pack_draws(np.array([[1.0, 2.0]])), 1).tolist()
    [[1.0, 2.0]]
    """
    planes = np.frombuffer(zlib.decompress(b64decode(text), -zlib.MAX_WBITS), dtype=np.uint8).reshape(4, -1)
    return np.ascontiguousarray(planes.T).view("<f4").reshape(-1, n).T.astype(np.float64)


def _deflated(content: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b64encode(packer.compress(content) + packer.flush()).decode()
