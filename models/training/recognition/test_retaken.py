"""Real plates that say something else, as a test set."""

import csv
import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np

from recognition.retaken import write_retaken
from recognition.test_real import tilted


class Retaken(unittest.TestCase):
    def setUp(self):
        self._kept = tempfile.TemporaryDirectory()
        self.addCleanup(self._kept.cleanup)
        self.folder = Path(self._kept.name)
        self.crops = self.folder / "crops"
        self.crops.mkdir()
        plain = np.full((60, 180, 3), 90, np.uint8)
        pictures = {"0000.png": tilted("浙A12345")[0], "0005.png": plain, "0007.png": tilted("皖B67890")[0]}
        for name, picture in pictures.items():
            cv2.imwrite(str(self.crops / name), picture[..., ::-1])
        (self.crops / "labels.csv").write_text("file,plate\n0000.png,浙A12345\n0005.png,沪C12345\n0007.png,皖B67890\n")

    def write(self, name: str, seed: int) -> list[dict]:
        self.count = write_retaken(self.folder / name, seed, self.crops)
        with open(self.folder / name / "labels.csv", encoding="utf8") as file:
            return list(csv.DictReader(file))

    def test_a_plate_says_what_it_says_and_then_other_provinces_and_no_training_plate_is_among_them(self):
        rows = self.write("a", 1)
        self.assertEqual((self.count, rows[0]["plate"], rows[-1]["plate"]), (8, "浙A12345", "沪C12345"))
        self.assertEqual({row["plate"][1:] for row in rows[:7]}, {"A12345"})
        self.assertGreater(len({row["plate"] for row in rows[:7]}), 3)
        self.assertEqual([row["province"] for row in rows], [row["plate"][0] for row in rows])

    def test_one_whose_corners_are_not_found_says_only_what_it_says(self):
        self.assertEqual([row["plate"] for row in self.write("a", 1)].count("沪C12345"), 1)

    def test_labels_that_cannot_be_used_are_an_error_that_names_the_line_and_nothing_is_written(self):
        wrong = {"foo,bar\na,b": "line 2", "file,plate\n0000.png,": "line 2", "file,plate\nx.jpg,皖A12345": "line 2"}
        for text, place in {**wrong, "file,plate\n0007.png,皖B67890": "no validation crop"}.items():
            (self.crops / "labels.csv").write_text(text)
            with self.assertRaisesRegex(ValueError, place):
                self.write("a", 1)
            self.assertFalse((self.folder / "a").exists())

    def test_pictures_are_at_most_171_pixels_wide_and_the_same_for_the_same_seed(self):
        rows = self.write("a", 1)
        for row in rows:
            width = cv2.imread(str(self.folder / "a" / row["file"])).shape[1]
            self.assertEqual(width, int(row["width"]))
            self.assertTrue(69 <= width <= 171, width)
        self.assertEqual(rows, self.write("b", 1))
        self.assertNotEqual(rows, self.write("c", 2))


if __name__ == "__main__":
    unittest.main()
