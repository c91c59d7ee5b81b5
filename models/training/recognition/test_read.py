import itertools
import unittest

import numpy as np

from recognition.lattice import PATTERNS
from recognition.read import ctc_score, read
from recognition.shapes import BLANK, CLASSES, COLOURS, decode, encode


def told(text: str, colour: str, sure: float = 0.9):
    """Outputs of a network that reads `text` on `colour` with that certainty."""
    rest = (1 - sure) / (CLASSES - 1)
    ctc, slots = np.full((32, CLASSES), rest), np.full((8, CLASSES), rest)
    ctc[:, BLANK] = sure
    for at, label in enumerate(encode(text)):
        ctc[4 * at] = rest
        ctc[4 * at, label] = sure
        slots[at, label] = sure
    slots[len(text) :, BLANK] = sure
    ground = np.full(len(COLOURS), 0.01)
    ground[COLOURS.index(colour)] = 0.94
    return np.log(ctc), np.log(slots), np.log(ground)


class Reading(unittest.TestCase):
    def test_every_pattern_is_read_back(self):
        for kind, places in PATTERNS:
            text = "".join(place[-2 if place.endswith("O") else -1] for place in places)
            colour = {"police": "white", "armed_police": "white", "military": "white"}.get(kind)
            colour = colour or {"embassy": "black", "consulate": "black", "hong_kong": "black", "macau": "black"}.get(kind)
            colour = colour or {"farm": "green", "new_energy_small": "green", "new_energy_large": "yellow_green"}.get(kind)
            colour = colour or ("yellow" if kind in ("trailer", "trainer") else "blue")
            found, share = read(*told(text, colour))
            self.assertEqual(found, decode(encode(text)), kind)
            self.assertGreater(share, 0.9)

    def test_a_letter_where_only_digits_stand_is_never_read(self):
        ctc, slots, colour = told("京AD12345", "green")
        slots[7, encode("B")[0]], slots[7, encode("5")[0]] = np.log(0.6), np.log(0.3)
        self.assertEqual(read(ctc, slots, colour)[0], "京AD12345")

    def test_the_forward_score_is_the_sum_over_all_alignments(self):
        rng = np.random.default_rng(2)
        log = np.log(rng.dirichlet(np.ones(CLASSES), 5))
        for text in ((3, 4), (5, 5), (7,)):
            total = -np.inf
            for path in itertools.product((BLANK, *set(text)), repeat=5):
                said = tuple(label for label, _ in itertools.groupby(path) if label != BLANK)
                if said == text:
                    total = np.logaddexp(total, sum(log[at, label] for at, label in enumerate(path)))
            self.assertAlmostEqual(ctc_score(log, text), total, places=9)
