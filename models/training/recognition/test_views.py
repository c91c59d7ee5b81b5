"""A view shows what it says, in every manner."""

import unittest

import numpy as np

from recognition.manners import BROAD, FAR, MANNERS, PROVINCELESS, Manner
from recognition.stages import alone, provinces, taught
from recognition.views import Views
from synthesis.texts import kinds

STREETS = [np.random.default_rng(0).integers(0, 255, (400, 640, 3), np.uint8)]


def contrast(faded: float) -> float:
    """Mean spread of the light of a hundred drawn views."""
    manner = Manner(dict(blue=1), (120, 121), relettered=0.0, faded=faded)
    views, rng = Views([], STREETS, manner=manner), np.random.default_rng(2)
    return float(np.mean([views.drawn(rng).picture[8:24, 8:120].std() for _ in range(100)]))


class ViewsOfPlates(unittest.TestCase):
    def test_every_manner_draws_every_kind_that_shows_what_it_is_for(self):
        for name, manner in MANNERS.items():
            left_out = PROVINCELESS if name == "province" else ()
            self.assertEqual(set(manner.kinds), set(kinds) - set(left_out))

    def test_every_stage_has_its_manner(self):
        stages = [stage for plan in (alone(1), taught(1), provinces(1)) for stage in plan.stages]
        self.assertEqual([stage.name for stage in stages], list(MANNERS))

    def test_a_view_has_the_size_of_the_network_and_the_text_of_its_kind(self):
        for manner in (BROAD, FAR):
            view = Views([], STREETS, manner=manner).drawn(np.random.default_rng(1), "police")
            self.assertEqual(view.picture.shape, (32, 128, 3))
            self.assertEqual(view.text[-1], "警")

    def test_faded_plates_have_less_contrast(self):
        self.assertLess(contrast(1.0), 0.75 * contrast(0.0))


if __name__ == "__main__":
    unittest.main()
