"""Rounding keeps 0, stays within half a step, and costs less than cutting from end to end."""

import unittest

import numpy as np

from quantisation.scales import Steps, _between, steps_for, whole_weights

RNG = np.random.default_rng(4)


class Scales(unittest.TestCase):
    def test_nothing_stays_nothing_whatever_the_values(self):
        for values in (RNG.normal(3, 5, 400), np.maximum(RNG.normal(0, 1, 400), 0), -RNG.random(400), np.zeros(5)):
            self.assertEqual(steps_for(values).rounded(np.zeros(1))[0], 0)

    def test_what_lies_within_the_ends_moves_by_half_a_step_at_most(self):
        values = RNG.normal(0, 1, 2_000)
        steps = steps_for(values)
        low, high = (float(steps.size) * (number - int(steps.zero)) for number in (0, 255))
        within = values[(values > low) & (values < high)]
        self.assertGreater(len(within), 1_800)
        self.assertLessEqual(np.abs(steps.rounded(within) - within).max(), 0.501 * float(steps.size))

    def test_ends_drawn_in_cost_less_than_steps_from_end_to_end(self):
        for tail in (np.zeros(0), np.full(5, 6.0), np.full(2, 9.0)):
            values = np.append(RNG.normal(0, 1, 200_000).clip(0), tail)

            def cost(steps: Steps) -> float:
                return float(((steps.rounded(values) - values) ** 2).mean())

            self.assertLess(cost(steps_for(values)), cost(_between(0, float(values.max()))))

    def test_weights_are_whole_by_output_and_near_to_what_they_were(self):
        weights = (RNG.normal(0, 1, (6, 4, 3, 3)) * np.logspace(-3, 2, 6).reshape(-1, 1, 1, 1)).astype(np.float32)
        whole, sizes = whole_weights(weights)
        self.assertEqual((whole.dtype, whole.shape, sizes.shape), (np.int8, weights.shape, (6,)))
        back = whole * sizes.reshape(-1, 1, 1, 1)
        self.assertLess((np.abs(back - weights).max((1, 2, 3)) / np.abs(weights).max((1, 2, 3))).max(), 0.41)
        self.assertLess((((back - weights) ** 2).mean((1, 2, 3)) / (weights**2).mean((1, 2, 3))).max(), 1e-3)

    def test_an_output_of_no_weight_at_all_is_whole_too(self):
        whole, sizes = whole_weights(np.zeros((2, 3, 1, 1), np.float32))
        self.assertFalse(whole.any())
        self.assertTrue(np.isfinite(sizes).all())


if __name__ == "__main__":
    unittest.main()
