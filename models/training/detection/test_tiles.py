"""Training pictures: the corners that are noted are where the plate is, and a seed says everything."""

import unittest

import cv2
import numpy as np

from detection.batches import VIEW_SIZE_PX, draw_batch
from detection.paste import warp
from detection.perspective import draw_pose, level, project
from detection.photos import Photo, is_held_out
from detection.pool import KINDS, Pool, Recipe, draw_one
from detection.sources import Sources
from detection.tile import PLATES_MAX
from detection.tiles import draw_tile
from recognition.real import RealPlate


def grey_street() -> Sources:
    """One photograph of noise with one European plate on it, and one real plate of noise."""
    noise = np.random.default_rng(0).integers(60, 140, (720, 1280, 3), np.uint8)
    plate = RealPlate(noise[:40, :120], "皖A12345", np.array([[4, 6], [116, 2], [116, 34], [4, 38]], np.float32), 0.9)
    photo = Photo(noise, np.array([[600, 400, 720, 430]], np.float32), "001.jpg")
    return Sources([photo], [plate], np.ones(1))


def small_pool(kind: str, count: int) -> Pool:
    """A pool in memory."""
    tiles = [draw_one(grey_street(), Recipe(kind, count, 3, False), index) for index in range(count)]
    quads, rows, unsure = (np.full((count, PLATES_MAX, *rest), np.nan, np.float32) for rest in ((4, 2), (), (4,)))
    for index, tile in enumerate(tiles):
        quads[index, : len(tile.quads)], rows[index, : len(tile.quads)] = tile.quads, tile.two_rows
        unsure[index, : len(tile.unsure)] = tile.unsure
    return Pool(np.stack([tile.picture for tile in tiles]), quads, rows, unsure)


class TilesTest(unittest.TestCase):
    def test_the_same_seed_draws_the_same_tile(self):
        for kind in KINDS:
            first, again = (draw_one(grey_street(), Recipe(kind, 5, 11, False), 4) for _ in range(2))
            np.testing.assert_array_equal(first.picture, again.picture)
            np.testing.assert_array_equal(first.quads, again.quads)

    def test_training_and_validation_draw_different_tiles(self):
        first, other = (draw_one(grey_street(), Recipe("tile", 5, 11, held_out), 4) for held_out in (False, True))
        self.assertFalse(np.array_equal(first.picture, other.picture))

    def test_photographs_divisible_by_four_are_held_out(self):
        halves = [is_held_out(f"{number:03d}.jpg") for number in (0, 1, 4, 530, 532)]
        self.assertEqual(halves, [True, False, True, False, True])

    def test_corners_run_clockwise_from_the_top_left_of_the_text(self):
        rng = np.random.default_rng(2)
        for _ in range(200):
            top_left, top_right, bottom_right, _ = draw_pose(rng, 100, 0.32)
            along, down = top_right - top_left, bottom_right - top_right
            self.assertGreater(along[0] * down[1] - along[1] * down[0], 0)
            self.assertGreater(along[0], 0)

    def test_levelled_plates_lie_across_the_picture_and_keep_their_lean(self):
        quad = project(np.radians([30.0, 30.0, 25.0]), 0.32, 4.0)
        turned = level(quad, 0.1)
        along = turned[1] + turned[2] - turned[0] - turned[3]
        self.assertAlmostEqual(float(np.arctan2(along[1], along[0])), 0.1, places=6)
        np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(quad, axis=1))

    def test_a_plate_that_faces_the_camera_keeps_its_shape(self):
        np.testing.assert_allclose(np.ptp(project(np.zeros(3), 0.3, 5.0), axis=0), [1.0, 0.3], atol=1e-9)

    def test_each_corner_of_the_plate_lands_on_its_corner(self):
        plate = np.full((112, 352, 3), 128, np.uint8)
        marks = {0: (255, 0, 0), 1: (0, 255, 0), 2: (0, 0, 255), 3: (255, 255, 0)}
        for corner, (x, y) in enumerate([(0, 0), (322, 0), (322, 82), (0, 82)]):
            plate[y : y + 30, x : x + 30] = marks[corner]
        quad = draw_pose(np.random.default_rng(1), 160, 112 / 352) + np.array([110, 80], np.float32)
        picture, cover = warp(plate, quad, (220, 160))
        for corner, colour in marks.items():
            x, y = (quad[corner] + 0.08 * (quad.mean(0) - quad[corner])).astype(int)
            np.testing.assert_allclose(picture[y, x], colour, atol=40)
        self.assertAlmostEqual(float(cover.sum()) / cv2.contourArea(quad), 1.0, delta=0.05)

    def test_tiles_hold_plates_within_their_edges(self):
        rng, seen = np.random.default_rng(8), 0
        for _ in range(20):
            tile = draw_tile(grey_street(), rng)
            tall, wide = tile.picture.shape[:2]
            self.assertTrue((tile.quads.mean(1) > 0).all() and (tile.quads.mean(1) < [wide, tall]).all())
            seen += len(tile.quads)
        self.assertGreater(seen, 10)

    def test_a_batch_is_said_by_its_seed_and_holds_tiles_and_mosaics(self):
        tiles, zooms = small_pool("tile", 6), small_pool("zoom", 20)
        first, again = (draw_batch(tiles, zooms, 8, np.random.default_rng(9)) for _ in range(2))
        np.testing.assert_array_equal(first.pictures, again.pictures)
        np.testing.assert_array_equal(first.maps.corners, again.maps.corners)
        self.assertEqual(first.pictures.shape, (8, VIEW_SIZE_PX[1], VIEW_SIZE_PX[0], 3))
        self.assertGreater(int((first.maps.heat[6:] >= 0.999).sum()), 2)


if __name__ == "__main__":
    unittest.main()
