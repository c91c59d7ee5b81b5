"""What the network is taught is what is read back from it."""

import unittest

import numpy as np

from detection.labels import decode, encode
from detection.perspective import draw_pose
from detection.scoring import corner_error

NOTHING_UNSURE = np.zeros((0, 4), np.float32)




class LabelsTest(unittest.TestCase):
    def test_plates_encoded_come_back_with_their_corners(self):
        rng = np.random.default_rng(5)
        for _ in range(50):
            quad = draw_pose(rng, rng.uniform(14, 150), 0.32) + rng.uniform([90, 60], [290, 130]).astype(np.float32)
            maps = encode(quad[None], np.ones(1), NOTHING_UNSURE, 24, 48)
            found = decode(maps.heat, maps.corners, maps.rows, 0.5)
            self.assertEqual(len(found), 1)
            self.assertLess(corner_error(quad, found[0].quad), 1e-4)
            self.assertEqual(found[0].two_rows, 1.0)

    def test_two_plates_that_touch_stay_two(self):
        left = np.array([[60, 80], [100, 80], [100, 93], [60, 93]], np.float32)
        maps = encode(np.stack([left, left + [41, 0]]), np.array([0, 1]), NOTHING_UNSURE, 24, 48)
        found = sorted(decode(maps.heat, maps.corners, maps.rows, 0.5), key=lambda each: each.quad[0, 0])
        self.assertEqual([each.two_rows for each in found], [0.0, 1.0])
        np.testing.assert_allclose(found[1].quad, left + [41, 0], atol=1e-3)

    def test_between_two_plates_the_nearer_one_is_learned(self):
        left = np.array([[60, 80], [100, 80], [100, 93], [60, 93]], np.float32)
        quads, double = np.stack([left, left + [11, 6]]), np.array([0, 1])
        forth = encode(quads, double, NOTHING_UNSURE, 24, 48)
        back = encode(quads[::-1], double[::-1], NOTHING_UNSURE, 24, 48)
        np.testing.assert_array_equal(forth.corners, back.corners)
        np.testing.assert_array_equal(forth.rows, back.rows)

    def test_one_plate_said_by_two_peaks_is_read_once(self):
        quad = np.array([[40, 40], [200, 40], [200, 90], [40, 90]], np.float32)
        maps = encode(quad[None], np.zeros(1), NOTHING_UNSURE, 24, 48)
        heat = maps.heat.copy()
        heat[8, 12] = 0.9
        corners = maps.corners.copy()
        corners[:, 8, 12] = (quad - [100, 68]).ravel()
        self.assertEqual(len(decode(heat, corners, maps.rows, 0.5)), 1)

    def test_nothing_is_learned_inside_an_unsure_box_except_a_known_plate(self):
        quad = np.array([[40, 40], [80, 40], [80, 53], [40, 53]], np.float32)
        maps = encode(quad[None], np.zeros(1), np.array([[0, 0, 384, 192]], np.float32), 24, 48)
        self.assertEqual(maps.seen[5, 7], 1)
        self.assertEqual(maps.seen[20, 40], 0)

    def test_a_cold_map_holds_no_plate(self):
        empty = np.zeros((24, 48), np.float32)
        self.assertEqual(decode(empty, np.zeros((8, 24, 48), np.float32), empty, 0.1), [])


if __name__ == "__main__":
    unittest.main()
