import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import recognition.train as training
from recognition.batches import batch_at
from recognition.pool import SORTS, Pool
from recognition.stages import Plan, Stage
from recognition.train import train
from recognition.validate import Shown
from synthesis.glyphs import plates_folder


def pools(count: int = 200) -> dict[str, Pool]:
    rng = np.random.default_rng(0)
    def one():
        texts = np.zeros((count, 8), np.uint8)
        texts[:, :7] = rng.integers(1, 73, (count, 7))
        return Pool(rng.integers(0, 255, (count, 32, 128, 3), np.uint8), texts, np.zeros(count, np.uint8))
    return {sort: one() for sort in SORTS}


def stage(name: str, steps: int) -> Stage:
    return Stage(name, steps, {sort: 200 for sort in SORTS}, dict(drawn=34, real=26, nothing=4), 3e-3, 4)


SHORT = stage("broad", 9)


class Training(unittest.TestCase):
    def test_a_batch_is_the_same_for_the_same_seed_and_step_whatever_came_before(self):
        made = pools()
        first = [batch_at(made, SHORT, 4, step) for step in (0, 1, 9)][2]
        again = batch_at(made, SHORT, 4, 9)
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(first, again)))
        self.assertFalse(torch.equal(first[0], batch_at(made, SHORT, 5, 9)[0]))

    def test_a_pass_shows_every_view_of_a_sort_at_most_once(self):
        made = pools()
        for pool in made.values():
            pool.texts[:, 7] = 0
            pool.colours[:] = np.arange(200)
        seen = torch.cat([batch_at(made, SHORT, 1, step)[2][:34] for step in range(5)])
        self.assertEqual(len(seen.unique()), 5 * 34)

    def test_a_run_that_is_stopped_and_gone_on_with_ends_in_the_same_weights(self):
        whole = self.run_to(stops=())
        resumed = self.run_to(stops=(2, 3, 4))
        for name, weight in whole.state_dict().items():
            self.assertTrue(torch.equal(weight, resumed.state_dict()[name]), name)

    def test_a_later_stage_climbs_and_falls_again_and_draws_other_batches(self):
        made = pools()
        plan = Plan(3, (stage("broad", 8), stage("far", 8)))
        (first, _), (second, begun) = plan.spans()
        rates = [training._rate(second, step) for step in range(8)]
        self.assertLess(max(rates[0], rates[7]), max(rates))
        self.assertFalse(torch.equal(batch_at(made, first, 3, 0)[0], batch_at(made, second, 3, 8, begun)[0]))

    def run_to(self, stops: tuple[int, ...]):
        made = pools()
        plan = Plan(3, (stage("broad", 3), stage("far", 3)))
        keep = training.load_pool, training.validation_sets, training._SAVE_EVERY, training.batch_at
        training.load_pool, training.validation_sets, training._SAVE_EVERY = lambda *_: made, lambda *_: watched(), 1
        with tempfile.TemporaryDirectory() as folder:
            try:
                for stop in stops:
                    training.batch_at = stopping_at(stop)
                    with self.assertRaises(KeyboardInterrupt):
                        train(Path(folder), plates_folder(), plan, lambda _: None)
                training.batch_at = batch_at
                return train(Path(folder), plates_folder(), plan, lambda _: None)[0]
            finally:
                training.load_pool, training.validation_sets, training._SAVE_EVERY, training.batch_at = keep


def watched() -> list[Shown]:
    blank = np.zeros((2, 32, 128, 3), np.uint8)
    return [Shown(name, blank, ["浙A12345"] * 2) for name in ("real", "real-94x24", "drawn")]


def stopping_at(stop: int):
    def batch(made, stage, seed, step, begun):
        if step == stop:
            raise KeyboardInterrupt
        return batch_at(made, stage, seed, step, begun)
    return batch
