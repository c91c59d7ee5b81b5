import unittest

import cv2
import numpy as np

from recognition.geometry import MARGIN_X, corners_of, cut_out, seen_from_aside, strip
from recognition.network import WIDTH_PX
from recognition.views import laid_over


class Geometry(unittest.TestCase):
    def test_a_plate_cut_out_along_its_corners_is_the_plate_again(self):
        rng = np.random.default_rng(3)
        plate = cv2.resize(rng.integers(0, 255, (7, 28, 3), np.uint8), (256, 64))
        for _ in range(20):
            quad = seen_from_aside(rng, 4, 240)
            quad = quad - quad.min(0) + 12
            scene = np.full((int(quad[:, 1].max()) + 12, int(quad[:, 0].max()) + 12, 3), 90, np.uint8)
            seen = cut_out(laid_over(scene, plate, quad), quad, 1)[3:-3, 6:-6].astype(float)
            flat = cv2.resize(plate, (123, 30), interpolation=cv2.INTER_AREA)
            flat = cv2.copyMakeBorder(flat, 1, 1, 3, 2, cv2.BORDER_REPLICATE)[3:-3, 6:-6]
            self.assertLess(np.abs(seen - flat).mean(), 14)

    def test_two_rows_come_side_by_side_the_upper_left(self):
        plate = np.zeros((64, 128, 3), np.uint8)
        plate[:24] = 200
        laid = strip(plate)
        self.assertEqual(laid.shape, (32, 128, 3))
        self.assertGreater(laid[:20, :48].mean(), 190)
        self.assertLess(laid[4:, 50:].mean(), 10)

    def test_corners_run_clockwise_from_the_top_left_however_the_plate_is_turned(self):
        rng = np.random.default_rng(1)
        for _ in range(200):
            quad = seen_from_aside(rng, 3.1, 100)
            self.assertGreater(cv2.contourArea(quad, oriented=True), 0)
            self.assertLess(quad[0, 0], quad[1, 0])

    def test_whole_coordinates_are_the_middles_of_pixels(self):
        picture = np.zeros((16, 64, 3), np.uint8)
        picture[:, 20] = 255
        row = cut_out(picture, corners_of(64, 16), 1)[16, :, 0].astype(float)
        inside, margin = WIDTH_PX / (1 + 2 * MARGIN_X), WIDTH_PX * MARGIN_X / (1 + 2 * MARGIN_X)
        self.assertAlmostEqual(np.average(np.arange(WIDTH_PX), weights=row), margin + 20 * inside / 64, delta=0.1)

    def test_a_picture_of_any_size_gives_the_size_the_network_takes(self):
        for height, width in ((1, 1), (24, 94), (400, 700)):
            picture = np.zeros((height, width, 3), np.uint8)
            for rows in (1, 2):
                self.assertEqual(cut_out(picture, corners_of(width, height), rows).shape, (32, 128, 3))
