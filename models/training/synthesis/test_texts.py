"""What plates say: inside the contract's grammar, and evenly spread."""

import unittest
from collections import Counter

import numpy as np

from synthesis.contract import grammar
from synthesis.texts import kinds, plate_type_of_kind, provinces, sample_text


class Texts(unittest.TestCase):
    def test_every_text_of_every_kind_is_in_the_contract_with_its_colour(self):
        rng, rules = np.random.default_rng(1), grammar()
        for kind in kinds:
            pattern, colours = rules[plate_type_of_kind(kind)]
            for _ in range(200):
                text = sample_text(rng, kind)
                self.assertRegex(text.text, pattern)
                self.assertIn(text.colour, colours)

    def test_every_plate_type_of_the_contract_has_a_kind(self):
        self.assertEqual(set(grammar()), {plate_type_of_kind(kind) for kind in kinds})

    def test_kinds_come_evenly(self):
        rng = np.random.default_rng(2)
        seen = Counter(sample_text(rng).kind for _ in range(8000))
        self.assertEqual(set(seen), set(kinds))
        self.assertLess(max(seen.values()), 1.3 * min(seen.values()))

    def test_provinces_come_evenly(self):
        rng = np.random.default_rng(3)
        seen = Counter(sample_text(rng, "blue").text[0] for _ in range(15500))
        self.assertEqual(set(seen), set(provinces))
        self.assertLess(max(seen.values()), 1.5 * min(seen.values()))

    def test_the_letter_o_is_an_office_but_never_in_a_serial(self):
        rng = np.random.default_rng(4)
        texts = [sample_text(rng, "blue").text for _ in range(2000)]
        self.assertGreater(sum(text[1] == "O" for text in texts), 40)
        self.assertFalse(any("O" in text[2:] or "I" in text for text in texts))

    def test_one_seed_gives_one_text(self):
        first, again = (sample_text(np.random.default_rng(5)) for _ in range(2))
        self.assertEqual(first, again)

    def test_an_unknown_kind_is_refused_with_the_list_of_known_ones(self):
        with self.assertRaisesRegex(ValueError, "kind 'tram' is not known: use one of blue"):
            sample_text(np.random.default_rng(6), "tram")


if __name__ == "__main__":
    unittest.main()
