"""Twice the height and width by copies."""

import numpy as np

from quantisation.file import File

CHANNELS_LAST, CHANNELS_FIRST = [0, 2, 3, 1], [0, 3, 1, 2]
_NUMBERS = {"doubled_size": [1, 2, 2, 1], "doubled_rows": [0, 0, 1, -1]}
"""By what a shape [N,h,w,C] is multiplied, and the shape in which a row's pixels are one row of numbers."""


def double(file: File, tensor: str, doubled: str) -> None:
    """From [N,C,h,w] to [N,C,2h,2w]: each pixel is laid beside itself, then each row below itself. Whole pixels and rows
    are copied at once; the runtime's own enlargement takes nine times as long, number after number."""
    for name, values in _NUMBERS.items():
        file.put(name, np.array(values, np.int64))
    last = file.add("Transpose", [tensor], f"{doubled}_last", perm=CHANNELS_LAST)
    size = file.add("Mul", [file.add("Shape", [last], f"{doubled}_shape"), "doubled_size"], f"{doubled}_size")
    wide = file.add("Concat", [last, last], f"{doubled}_wide", axis=3)
    rows = file.add("Reshape", [wide, "doubled_rows"], f"{doubled}_rows")
    both = file.add("Concat", [rows, rows], f"{doubled}_both", axis=2)
    high = file.add("Reshape", [both, size], f"{doubled}_high")
    file.add("Transpose", [high], doubled, perm=CHANNELS_FIRST)
