"""The squares that the province reader learns on, and its training."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

import recognition.train as training
from province.network import Province
from province.train import CLOSELY, labels_of
from province.window import SIDE_PX, WINDOWS, cut_province, province_at, province_view
from recognition.manners import MANNERS
from recognition.pool import Pool
from recognition.shapes import PROVINCES, encode
from recognition.stages import Plan, Stage
from recognition.train import train
from recognition.views import Sighting, Views
from synthesis.layouts import layout_of
from synthesis.texts import sample_text

STREETS = [np.random.default_rng(0).integers(0, 255, (400, 640, 3), np.uint8)]
SHORT = Stage("province", 9, dict(drawn=200, real=200, nothing=0), dict(drawn=44, real=20, nothing=0), 2e-3, 4, closely=True)


def texts(count: int) -> np.ndarray:
    """[count, 8]: every second one of armed police."""
    rng = np.random.default_rng(1)
    province = lambda: PROVINCES[rng.integers(31)]
    rows = [encode(f"WJ{province()}1234X" if at % 2 else f"{province()}A12345") for at in range(count)]
    return np.uint8([row + [0] * (8 - len(row)) for row in rows])


def pools(count: int = 200) -> dict[str, Pool]:
    rng = np.random.default_rng(0)
    def one():
        pictures = rng.integers(0, 255, (count, SIDE_PX, SIDE_PX, 3), np.uint8)
        return Pool(pictures, texts(count), np.zeros(count, np.uint8))
    return {sort: one() for sort in ("drawn", "real")}


class Windows(unittest.TestCase):
    def test_the_province_of_every_kind_lies_in_its_window_with_room_around(self):
        rng = np.random.default_rng(2)
        for kind in MANNERS["province"].kinds:
            text = next(text for text in iter(lambda: sample_text(rng, kind), None) if province_at(text.text) is not None)
            at = province_at(text.text)
            layout = layout_of(text)
            place = layout.places[at]
            left, top, right, bottom = WINDOWS["third" if at else "above" if text.rows == 2 else "first"]
            self.assertLess(left + 0.02, place.x_mm / layout.width_mm, kind)
            self.assertLess(top + 0.02, place.y_mm / layout.height_mm, kind)
            self.assertGreater(right - 0.02, (place.x_mm + place.width_mm) / layout.width_mm, kind)
            self.assertGreater(bottom - 0.02, (place.y_mm + place.height_mm) / layout.height_mm, kind)

    def test_a_window_is_cut_along_the_corners_whatever_the_size(self):
        for scale in (1, 4):
            scene = np.zeros((70 * scale, 220 * scale, 3), np.uint8)
            scene[:, : 44 * scale] = 200
            quad = np.float32([[0, 0], [220, 0], [220, 70], [0, 70]]) * scale
            square = cut_province(Sighting(scene, quad, 1, "皖A12345", 0))
            self.assertEqual(square.shape, (SIDE_PX, SIDE_PX, 3))
            self.assertGreater(square.mean(), 195)

    def test_a_plate_without_a_province_has_no_window(self):
        with self.assertRaisesRegex(ValueError, "QB12345 has no province"):
            cut_province(Sighting(STREETS[0], np.float32([[0, 0], [99, 0], [99, 30], [0, 30]]), 1, "QB12345", 4))

    def test_views_are_drawn_until_one_has_a_province(self):
        views, rng = Views([], STREETS, manner=MANNERS["province"]), np.random.default_rng(3)
        for _ in range(40):
            view = province_view(views, "drawn", rng)
            self.assertIsNotNone(province_at(view.text))
            self.assertEqual(view.picture.shape, (SIDE_PX, SIDE_PX, 3))


class Training(unittest.TestCase):
    def test_the_label_is_the_first_character_or_the_third_after_wj(self):
        rows = torch.from_numpy(texts(2)).long()
        plain, armed = rows.tolist()
        self.assertEqual(labels_of(rows).tolist(), [plain[0] - 1, armed[2] - 1])

    def test_a_run_that_is_stopped_and_gone_on_with_ends_in_the_same_weights(self):
        whole, resumed = run_to(stops=()), run_to(stops=(2, 5))
        for name, weight in whole.state_dict().items():
            self.assertTrue(torch.equal(weight, resumed.state_dict()[name]), name)

    def test_it_learns_what_is_in_the_square(self):
        torch.manual_seed(0)
        network, made = Province(), pools(64)["drawn"]
        pictures = torch.from_numpy(made.pictures).permute(0, 3, 1, 2).float() / 255
        labels = labels_of(torch.from_numpy(made.texts).long())
        optimiser = torch.optim.Adam(network.parameters(), 1e-3)
        for _ in range(40):
            loss = torch.nn.functional.cross_entropy(network(pictures), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        self.assertLess(loss.item(), 0.5)


class Stopped(Exception):
    pass


def run_to(stops: tuple[int, ...]) -> Province:
    """A short training, broken off after the steps in `stops` and gone on with each time."""
    task = training.Task(CLOSELY.network, CLOSELY.losses, CLOSELY.total, lambda _: lambda _: {}, (("province",),))
    step = training._Run.step
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(training, "load_pool", lambda *_: pools()), \
            mock.patch.object(training, "_SAVE_EVERY", 1), mock.patch.object(training, "plot_curves"):
        for stop in (*stops, None):
            def until(run, batch, at, stop=stop):
                if at == stop:
                    raise Stopped
                return step(run, batch, at)
            with mock.patch.object(training._Run, "step", until):
                try:
                    return train(Path(folder), Path("none"), Plan(1, (SHORT,)), lambda _: None, task=task)[0]
                except Stopped:
                    continue
    raise AssertionError("never finished")


if __name__ == "__main__":
    unittest.main()
