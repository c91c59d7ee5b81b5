"""The training loop learns, goes on where it stopped, and exports what it learned."""

import copy
import re
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from detection.batches import draw_batch
from detection.export import fold_norms, write_onnx
from detection.network import Detector
from detection.refine import cut_zoom, find_in_frame, shrinkage
from detection.test_tiles import small_pool
from detection.train import Plan, begin, learn, rate_at, run_steps
from runs import prepare

CPU = torch.device("cpu")


class TrainTest(unittest.TestCase):
    def test_a_few_steps_on_one_batch_lower_the_loss(self):
        prepare(1)
        detector, _ = begin(CPU)
        optimiser = torch.optim.AdamW(detector.parameters(), lr=2e-3)
        batch = draw_batch(small_pool("tile", 3), small_pool("zoom", 4), 2, np.random.default_rng(1))
        losses = [learn(detector, optimiser, batch, CPU)[0] for _ in range(25)]
        self.assertLess(np.mean(losses[-5:]), 0.6 * np.mean(losses[:5]))

    def test_a_run_stopped_and_gone_on_with_ends_in_the_same_weights(self):
        tiles, zooms = small_pool("tile", 3), small_pool("zoom", 4)
        plan = Plan(steps=4, batch_size=2, save_every_steps=2)
        with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as halved:
            at_once, _ = run_steps(plan, Path(whole), tiles, zooms, [tiles, zooms])
            run_steps(plan, Path(halved), tiles, zooms, [tiles, zooms], stop_after=2)
            in_two, _ = run_steps(plan, Path(halved), tiles, zooms, [tiles, zooms])
        for one, other in zip(at_once.state_dict().values(), in_two.state_dict().values()):
            torch.testing.assert_close(one, other, rtol=0, atol=0)

    def test_the_learning_rate_rises_then_falls(self):
        plan = Plan(steps=1000, warm_steps=100)
        self.assertAlmostEqual(rate_at(10, plan), 0.1 * plan.rate, places=6)
        self.assertAlmostEqual(rate_at(100, plan), plan.rate, places=6)
        self.assertLess(rate_at(1000, plan), 0.03 * plan.rate)


class ExportTest(unittest.TestCase):
    def test_folding_the_norms_changes_no_answer(self):
        torch.manual_seed(3)
        detector = Detector().train()
        for _ in range(3):
            detector(torch.rand(2, 3, 96, 192) * 2)
        detector.eval()
        folded = copy.deepcopy(detector)
        fold_norms(folded)
        self.assertFalse(any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules()))
        picture = torch.rand(1, 3, 96, 192)
        for known, got in zip(detector(picture), folded(picture)):
            torch.testing.assert_close(known, got, rtol=1e-3, atol=1e-3)

    def test_the_file_takes_frames_of_any_size_and_names_its_maps(self):
        with tempfile.TemporaryDirectory() as folder:
            write_onnx(Detector(), Path(folder) / "detector.onnx")
            graph = onnx.load(str(Path(folder) / "detector.onnx")).graph
        self.assertEqual([output.name for output in graph.output], ["heat", "corners", "rows"])
        sizes = [side.dim_param or side.dim_value for side in graph.input[0].type.tensor_type.shape.dim]
        self.assertEqual(sizes, [1, 3, "height", "width"])

    def test_the_network_has_less_than_a_million_parameters(self):
        self.assertLess(sum(each.numel() for each in Detector().parameters()), 1_000_000)


class ZoomTest(unittest.TestCase):
    def test_a_point_of_the_frame_is_where_the_zoom_says(self):
        for width_px in (24, 60, 400):
            frame = np.zeros((720, 1280, 3), np.uint8)
            quad = np.array([[0, 0], [1, 0], [1, 0.3], [0, 0.3]], np.float32) * width_px + [500, 300]
            x, y = (500 + width_px // 3, 300 + width_px // 5)
            frame[y - 2 : y + 3, x - 2 : x + 3] = 255
            zoom, left, top, scale = cut_zoom(frame, quad)
            rows, columns = np.nonzero(zoom[:, :, 0] > 0.5 * zoom.max())
            seen = np.array([columns.mean() + 0.5, rows.mean() + 0.5]) / scale + [left, top]
            np.testing.assert_allclose(seen, [x + 0.5, y + 0.5], atol=max(1.0 / scale, 0.3))

    def test_a_frame_that_does_not_fill_the_grid_gets_the_grey_that_the_runtime_gives_it(self):
        seen = []
        find_in_frame(lambda picture, _: seen.append(picture) or [], np.full((40, 70, 3), 9, np.uint8), 0.5)
        self.assertEqual(seen[0].shape, (64, 96, 3))
        runtime = (Path(__file__).resolve().parents[2] / "src" / "shrink.ts").read_text(encoding="utf-8")
        grey = int(re.search(r"const padding = (\d+)", runtime)[1])
        self.assertTrue((seen[0][40:] == grey).all() and (seen[0][:, 70:] == grey).all())

    def test_frames_are_shrunk_to_what_the_network_reads_in_time(self):
        frames = ((500, 300), (1280, 720), (1920, 1080), (4000, 3000))
        self.assertEqual([shrinkage(*size) * size[0] for size in frames], [500, 640, 960, 960])


if __name__ == "__main__":
    unittest.main()
