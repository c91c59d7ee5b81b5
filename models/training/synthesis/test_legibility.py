"""Legible is what has pixels and contrast enough; nobody's reading decides."""

import unittest

import cv2
import numpy as np

from synthesis.legibility import is_legible, measured
from synthesis.plates import draw_plate
from synthesis.scenes import place_plate
from synthesis.texts import PlateText


def seen(text: str, kind: str, width_px: int):
    """A new plate in a grey street, the plate itself and its corners."""
    rng = np.random.default_rng(3)
    flat = draw_plate(PlateText(text, kind, "blue" if kind == "blue" else "white", 1), rng, worn=False)
    street = np.full((120, int(width_px * 1.6), 3), 90, np.uint8)
    scene, corners = place_plate(flat.picture, street, rng, width_px)
    return scene, flat, corners


class Legibility(unittest.TestCase):
    def test_a_new_plate_is_legible_down_to_60_pixels(self):
        for width_px in (240, 120, 60):
            self.assertTrue(is_legible(*seen("浙A12345", "blue", width_px)), width_px)

    def test_the_small_province_of_the_armed_police_needs_more_pixels_than_the_rest(self):
        self.assertFalse(is_legible(*seen("WJ浙12345", "armed_police", 56)))
        self.assertTrue(is_legible(*seen("WJ浙12345", "armed_police", 120)))
        self.assertTrue(is_legible(*seen("WJ12345", "armed_police", 56)))

    def test_one_character_hidden_makes_the_plate_illegible(self):
        scene, flat, corners = seen("浙A12345", "blue", 200)
        hidden = np.float32([corners[0] * 0.4 + corners[1] * 0.6, corners[0] * 0.2 + corners[1] * 0.8,
                             corners[3] * 0.2 + corners[2] * 0.8, corners[3] * 0.4 + corners[2] * 0.6])
        cv2.fillConvexPoly(scene, np.int32(hidden), (40, 60, 90))
        self.assertFalse(is_legible(scene, flat, corners))

    def test_the_same_strokes_at_a_twentieth_of_their_contrast_are_illegible(self):
        scene, flat, corners = seen("浙A12345", "blue", 200)
        flatter = np.uint8(scene.mean() + (scene - scene.mean()) / 20)
        self.assertFalse(is_legible(flatter, flat, corners))

    def test_noise_louder_than_the_strokes_drowns_them(self):
        scene, flat, corners = seen("浙A12345", "blue", 120)
        loud = np.clip(scene + np.random.default_rng(1).normal(0, 160, scene.shape), 0, 255)
        self.assertFalse(is_legible(np.uint8(loud), flat, corners))

    def test_what_is_measured_has_a_line_for_every_character(self):
        self.assertEqual(measured(*seen("浙A12345", "blue", 100)).shape, (7, 4))


if __name__ == "__main__":
    unittest.main()
