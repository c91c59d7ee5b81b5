import tempfile
import unittest
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import torch

import recognition.train as training
from recognition.batches import batch_at
from recognition.network import Recogniser
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
        lessons = rng.dirichlet(np.ones(73), (count, 8)).astype(np.float16)
        return Pool(rng.integers(0, 255, (count, 32, 128, 3), np.uint8), texts, np.zeros(count, np.uint8), lessons)
    return {sort: one() for sort in SORTS}


def stage(name: str, steps: int, peak_rate: float = 3e-3) -> Stage:
    return Stage(name, steps, {sort: 200 for sort in SORTS}, dict(drawn=34, real=26, nothing=4), peak_rate, 4, name == "all")


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
        resumed = self.run_to(stops=(1, 2, 3, 5))
        for name, weight in whole.state_dict().items():
            self.assertTrue(torch.equal(weight, resumed.state_dict()[name]), name)

    def test_a_training_can_begin_with_a_finished_network(self):
        torch.manual_seed(5)
        finished = Recogniser().state_dict()
        with tempfile.TemporaryDirectory() as folder, parts(batch_at):
            torch.save(finished, Path(folder) / "finished.pt")
            plan = Plan(3, (stage("all", 1, peak_rate=0.0),))
            network, _ = train(Path(folder), plates_folder(), plan, lambda _: None, begin=Path(folder) / "finished.pt")
        for name, weight in network.named_parameters():
            self.assertTrue(torch.equal(weight, finished[name]), name)

    def test_a_later_stage_climbs_and_falls_again_and_draws_other_batches(self):
        made = pools()
        plan = Plan(3, (stage("broad", 8), stage("far", 8)))
        (first, _), (second, begun) = plan.spans()
        rates = [training._rate(second, step) for step in range(8)]
        self.assertLess(max(rates[0], rates[7]), max(rates))
        self.assertFalse(torch.equal(batch_at(made, first, 3, 0)[0], batch_at(made, second, 3, 8, begun)[0]))

    def run_to(self, stops: tuple[int, ...]):
        plan = Plan(3, (stage("broad", 2), stage("far", 2), stage("all", 2)))
        with tempfile.TemporaryDirectory() as folder:
            for stop in stops:
                with parts(stopping_at(stop)), self.assertRaises(KeyboardInterrupt):
                    train(Path(folder), plates_folder(), plan, lambda _: None)
            with parts(batch_at):
                return train(Path(folder), plates_folder(), plan, lambda _: None)[0]


@contextmanager
def parts(batches):
    """Training on random views, watched by two blank ones, saved at every step."""
    made = pools()
    with (
        mock.patch.object(training, "load_pool", lambda *_: made),
        mock.patch.object(training, "validation_sets", lambda *_: watched()),
        mock.patch.object(training, "_SAVE_EVERY", 1),
        mock.patch.object(training, "batch_at", batches),
    ):
        yield


def watched() -> list[Shown]:
    blank = np.zeros((2, 32, 128, 3), np.uint8)
    return [Shown(name, blank, ["浙A12345"] * 2) for name in ("real", "real-94x24", "drawn")]


def stopping_at(stop: int):
    def batch(made, stage, seed, step, begun):
        if step == stop:
            raise KeyboardInterrupt
        return batch_at(made, stage, seed, step, begun)
    return batch
