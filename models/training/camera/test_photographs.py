"""A photograph keeps the picture's frame, differs from it, and nearly always shows something."""

import unittest

import numpy as np

from camera import photograph
from camera.files import squeeze
from camera.sensor import add_noise


def stripes(height: int = 48, width: int = 128) -> np.ndarray:
    """Bright strokes on blue, like a plate at small size."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:] = (14, 84, 206)
    picture[8:-8, 6::12] = picture[8:-8, 7::12] = picture[8:-8, 8::12] = (230, 234, 238)
    return picture


class Photographs(unittest.TestCase):
    def test_shape_and_type_stay_at_any_size(self):
        for height, width in ((48, 128), (24, 94), (16, 40), (256, 320), (384, 640), (33, 7)):
            for seed in range(10):
                picture = photograph(stripes(height, width), np.random.default_rng(seed), 1)
                self.assertEqual((picture.shape, picture.dtype), ((height, width, 3), np.uint8))

    def test_the_picture_given_is_left_as_it_was(self):
        picture = stripes()
        photograph(picture, np.random.default_rng(1), 1)
        np.testing.assert_array_equal(picture, stripes())

    def test_one_seed_gives_the_same_pixels_and_another_seed_other_ones(self):
        seeds = (1, 1, 2)
        one, again, other = (photograph(stripes(), np.random.default_rng(s), 0.5) for s in seeds)
        np.testing.assert_array_equal(one, again)
        self.assertFalse(np.array_equal(one, other))

    def test_fewer_than_2_in_100_photographs_are_blank_even_at_full_strength(self):
        blank = sum(
            photograph(stripes(), np.random.default_rng(seed), 1).std() < 4 for seed in range(500)
        )
        self.assertLess(blank, 10)

    def test_a_stronger_camera_departs_further_from_the_picture(self):
        def departure(strength: float) -> float:
            taken = [photograph(stripes(), np.random.default_rng(s), strength) for s in range(100)]
            return float(np.mean([np.abs(p.astype(float) - stripes()).mean() for p in taken]))

        self.assertLess(1.3 * departure(0), departure(1))

    def test_noise_reaches_the_last_pixel_of_a_picture_larger_than_its_bank(self):
        grey = np.full((400, 400, 3), 0.5, np.float32)
        noisy = add_noise(grey, np.random.default_rng(3), 1)
        self.assertGreater(noisy[-20:, -20:].std(), 0)

    def test_a_strength_outside_0_to_1_is_refused(self):
        with self.assertRaisesRegex(ValueError, "strength must be between 0 and 1, not 1.5"):
            photograph(stripes(), np.random.default_rng(1), 1.5)

    def test_a_squeezed_file_keeps_its_light_and_loses_the_detail_of_its_colour(self):
        rng = np.random.default_rng(5)
        picture = np.uint8(128 + rng.integers(-60, 61, (48, 96, 1)) * np.array([1, 0, -1]))
        packed = squeeze(picture, rng).astype(float)
        self.assertLess(abs(packed.mean() - 128), 3)
        self.assertLess((packed[..., 0] - packed[..., 2]).std(), 0.5 * (picture[..., 0] * 1.0 - picture[..., 2]).std())


if __name__ == "__main__":
    unittest.main()
