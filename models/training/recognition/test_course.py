"""The corners that the shipped networks learnt from are kept, and are those of today's aligner."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from pictures import read_rgb
from recognition.align import TRUSTED, align
from recognition.course import _CORNERS, lay_corners
from recognition.real import _shrunk, rows_of
from synthesis.glyphs import plates_folder

CROPS = plates_folder() / "crops-ccpd"


class KeptCorners(unittest.TestCase):
    def test_are_what_the_aligner_finds_but_for_half_a_pixel_whatever_opencv(self):
        kept = json.loads(_CORNERS.read_text())
        rows = rows_of(CROPS, validation=False)
        self.assertEqual(len(kept), len(rows))
        for (file, text), (corners, fit) in list(zip(rows, kept))[::60]:
            if fit > TRUSTED:
                found, _ = align(_shrunk(read_rgb(CROPS / file)), text)
                self.assertLess(np.abs(found - np.float32(corners)).max(), 0.5, file)

    def test_are_laid_into_a_new_run_of_the_same_crops_and_never_over_others(self):
        with tempfile.TemporaryDirectory() as folder:
            run = Path(folder) / "lessons"
            lay_corners(run, CROPS.parent)
            self.assertEqual((run / "corners.json").read_bytes(), _CORNERS.read_bytes())
            (run / "corners.json").write_text("[]")
            lay_corners(run, CROPS.parent)
            self.assertEqual((run / "corners.json").read_text(), "[]")

    def test_are_of_no_use_to_other_crops(self):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            (data / "crops-ccpd").mkdir(parents=True)
            lay_corners(Path(folder) / "run", data)
            self.assertFalse((Path(folder) / "run" / "corners.json").exists())


if __name__ == "__main__":
    unittest.main()
