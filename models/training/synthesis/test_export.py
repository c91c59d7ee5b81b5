"""Test sets on disk: all there, readable, the same for one seed, apart from training's seeds."""

import csv
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from unittest import mock

import cv2
import numpy as np

from synthesis.backgrounds import plain_piece, validation_boxes
from synthesis.contract import grammar
from synthesis.export import write_negatives, write_set
from synthesis.overview import draw_overview
from synthesis.texts import kinds, plate_type_of_kind, provinces, sample_text


def labels_of(folder: Path) -> list[dict[str, str]]:
    with open(folder / "labels.csv", encoding="utf8", newline="") as lines:
        return list(csv.DictReader(lines))


class Export(unittest.TestCase):
    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self._temporary.cleanup)
        self.folder = Path(self._temporary.name)

    def test_a_set_holds_every_kind_and_every_province_as_often_as_asked(self):
        count = write_set(self.folder, 1, per_type=2, per_province=3)
        labels = labels_of(self.folder)
        self.assertEqual(len(labels), count)
        self.assertEqual(count, 2 * len(kinds) + 3 * len(provinces))
        self.assertEqual(Counter(row["type"] for row in labels[:32]), dict.fromkeys(kinds, 2))
        seen = Counter(row["province"] for row in labels[32:])
        self.assertEqual(seen, dict.fromkeys(provinces, 3))

    def test_every_label_is_a_plate_of_its_type_and_every_picture_opens_at_its_width(self):
        write_set(self.folder, 2, per_type=2, per_province=1)
        rules = grammar()
        for row in labels_of(self.folder):
            self.assertRegex(row["plate"], rules[plate_type_of_kind(row["type"])][0])
            picture = cv2.imread(str(self.folder / row["file"]))
            self.assertGreater(picture.shape[1], 0.7 * int(row["width"]))
            self.assertLess(picture.shape[1], 1.5 * int(row["width"]))

    def test_a_size_shrinks_every_crop_and_gives_two_rows_twice_the_height(self):
        write_set(self.folder, 3, per_type=1, per_province=0, size=(94, 24))
        for row in labels_of(self.folder):
            shape = cv2.imread(str(self.folder / row["file"])).shape
            self.assertEqual(shape, (24 * int(row["rows"]), 94, 3))

    def test_degraded_plates_are_the_same_plates_and_none_is_narrower_than_asked(self):
        for name, size in (("whole", None), ("small", (94, 24))):
            write_set(self.folder / name, 3, per_type=1, per_province=0, size=size, narrowest_px=94)
        whole, small = labels_of(self.folder / "whole"), labels_of(self.folder / "small")
        self.assertEqual([row["plate"] for row in whole], [row["plate"] for row in small])
        self.assertGreaterEqual(min(int(row["width"]) for row in whole), 94)
        first = [cv2.imread(str(self.folder / name / whole[0]["file"])) for name in ("whole", "small")]
        shrunk = cv2.resize(first[0], (94, 24), interpolation=cv2.INTER_AREA)
        self.assertLess(np.abs(shrunk.astype(int) - first[1]).mean(), 4)

    def test_a_set_of_legible_plates_holds_no_other(self):
        write_set(self.folder, 3, per_type=3, per_province=0)
        self.assertIn("no", {row["legible"] for row in labels_of(self.folder)})
        write_set(self.folder, 3, per_type=3, per_province=0, only_legible=True)
        self.assertEqual({row["legible"] for row in labels_of(self.folder)}, {"yes"})

    def test_plates_that_can_never_be_made_out_are_named(self):
        with mock.patch("synthesis.export.is_legible", return_value=False), self.assertRaisesRegex(
            ValueError, r"no plate .* pixels can be made out: draw wider ones \(--narrowest\)"
        ):
            write_set(self.folder, 3, per_type=1, per_province=0, only_legible=True)

    def test_a_width_that_no_plate_can_have_is_refused_by_its_name(self):
        with self.assertRaisesRegex(ValueError, "narrowest 300: must be 24 to 240"):
            write_set(self.folder, 1, per_type=1, per_province=0, narrowest_px=300)

    def test_a_smaller_set_in_the_same_folder_leaves_no_picture_of_the_larger_and_touches_no_other(self):
        write_set(self.folder, 4, per_type=2, per_province=0)
        (self.folder / "99999.jpg").write_bytes(b"not ours")
        write_set(self.folder, 4, per_type=1, per_province=0)
        pictures = {path.name for path in self.folder.glob("*.jpg")}
        self.assertEqual(pictures, {row["file"] for row in labels_of(self.folder)} | {"99999.jpg"})

    def test_a_folder_of_other_pictures_is_refused_and_left_as_it_is(self):
        for text in ("file,plate\n00000.jpg,\n", "", "file,plate,type,province,rows,width,legible\nholiday.jpg,,,,,,\n"):
            (self.folder / "labels.csv").write_text(text, encoding="utf8")
            (self.folder / "00000.jpg").write_bytes(b"somebody's")
            with self.assertRaisesRegex(FileExistsError, "labels.csv is of other pictures .* give another folder"):
                write_set(self.folder, 4, per_type=1, per_province=0)
            self.assertEqual((self.folder / "labels.csv").read_text(encoding="utf8"), text)
            self.assertEqual((self.folder / "00000.jpg").read_bytes(), b"somebody's")

    def test_a_set_that_could_not_be_finished_has_no_labels(self):
        write_set(self.folder, 4, per_type=1, per_province=0)
        with mock.patch("synthesis.export.photograph", side_effect=OSError("full")), self.assertRaises(OSError):
            write_set(self.folder, 4, per_type=1, per_province=0)
        self.assertFalse((self.folder / "labels.csv").exists())

    def test_one_seed_writes_the_same_bytes_and_another_seed_other_plates(self):
        for name, seed in (("a", 4), ("b", 4), ("c", 5)):
            write_set(self.folder / name, seed, per_type=1, per_province=0)
        one, again, other = (self.folder / name for name in "abc")
        for row in labels_of(one):
            self.assertEqual((one / row["file"]).read_bytes(), (again / row["file"]).read_bytes())
        self.assertNotEqual(labels_of(one), labels_of(other))

    def test_the_texts_are_not_those_that_training_draws_from_the_same_seed(self):
        write_set(self.folder, 6, per_type=3, per_province=0)
        for salted in (np.random.default_rng(6), np.random.default_rng([6])):
            drawn = {sample_text(salted, kind).text for kind in kinds for _ in range(3)}
            self.assertFalse(drawn & {row["plate"] for row in labels_of(self.folder)})

    def test_the_overview_has_a_strip_for_every_kind_and_stays_small(self):
        draw_overview(self.folder / "all.png", 8)
        height, width = cv2.imread(str(self.folder / "all.png")).shape[:2]
        self.assertEqual((width, height), (2 * 3 * 116, len(kinds) // 2 * 50))
        self.assertLess((self.folder / "all.png").stat().st_size, 150_000)

    def test_negatives_are_frames_with_an_empty_plate(self):
        self.assertEqual(write_negatives(self.folder, 7, 3), 3)
        for row in labels_of(self.folder):
            self.assertEqual(row["plate"], "")
            height, width = cv2.imread(str(self.folder / row["file"])).shape[:2]
            self.assertTrue(480 <= width <= 1120 and height == width * 9 // 16)

    def test_backgrounds_come_from_validation_photographs_and_touch_no_plate(self):
        boxes = validation_boxes()
        self.assertTrue(boxes and all(int(name[:3]) % 4 == 0 for name in boxes))
        everywhere = {name: [(0, 0, 1280, 720)] for name in list(boxes)[:3]}
        with self.assertRaisesRegex(ValueError, "no plate-free 64x64; ask for less"):
            plain_piece(np.random.default_rng(8), everywhere, 64, 64)

    def test_a_negative_count_is_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "per_type -1, per_province 0"):
            write_set(self.folder, 9, per_type=-1, per_province=0)


if __name__ == "__main__":
    unittest.main()
