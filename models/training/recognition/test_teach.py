import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from recognition.losses import dictated, slots_loss
from recognition.network import Recogniser
from recognition.pool import CHUNK, SORTS, chunks_of, lesson_of, load_pool
from recognition.stages import Stage
from recognition.teach import teach

VIEWS = 60
TAUGHT = Stage("all", 1, {sort: CHUNK for sort in SORTS}, dict(drawn=34, real=26, nothing=4), 1e-3, 1, taught=True)


def network(seed: int) -> Recogniser:
    torch.manual_seed(seed)
    return Recogniser().eval()


class Teaching(unittest.TestCase):
    def test_a_lesson_is_the_mean_of_what_the_class_reads_and_is_kept_beside_its_chunk(self):
        with tempfile.TemporaryDirectory() as folder:
            first = self.pool_in(Path(folder))
            teach(Path(folder), TAUGHT, [network(1), network(2)], lambda _: None)
            lessons = load_pool(Path(folder), TAUGHT)["drawn"].lessons
            plates = torch.from_numpy(np.load(first)["pictures"][:3]).permute(0, 3, 1, 2).float() / 255
            with torch.no_grad():
                reads = [torch.softmax(network(seed)(plates)[1], -1) for seed in (1, 2)]
            self.assertEqual(lessons.shape, (VIEWS, 8, 73))
            self.assertLess(np.abs(lessons[:3] - (sum(reads) / 2).numpy()).max(), 0.01)

    def test_a_chunk_that_has_its_lesson_is_not_read_again(self):
        with tempfile.TemporaryDirectory() as folder:
            first = self.pool_in(Path(folder))
            np.save(lesson_of(first), np.zeros((VIEWS, 8, 73), np.float16))
            teach(Path(folder), TAUGHT, [network(1)], lambda _: None)
            self.assertEqual(load_pool(Path(folder), TAUGHT)["drawn"].lessons.max(), 0)

    def test_a_read_as_the_class_has_it_costs_less_than_one_that_nobody_has(self):
        texts = torch.tensor([[5, 40, 41, 42, 43, 44, 45, 0]])
        lesson = torch.nn.functional.one_hot(texts, 73).float()
        lesson[0, 0] *= 0.5
        lesson[0, 0, 9] = 0.5  # The class wavers between two provinces.
        as_class, as_nobody = torch.log(lesson + 1e-4), torch.log(lesson + 1e-4)
        as_nobody[0, 0, [9, 20]] = as_nobody[0, 0, [20, 9]]
        self.assertLess(slots_loss(as_class, texts, 9_999, lesson), slots_loss(as_nobody, texts, 9_999, lesson))

    def test_a_dictated_text_has_no_gap_and_is_what_the_class_reads_or_what_is_written(self):
        lessons = torch.zeros(400, 8, 73)
        lessons[:, [0, 1, 3], [7, 8, 9]] = 1.0  # The third place is read as empty.
        lessons[:, [2, 4, 5, 6, 7], 0] = 1.0
        written = torch.full((400, 8), 50)
        said = dictated(written, lessons, torch.Generator().manual_seed(1)).tolist()
        self.assertEqual({tuple(each) for each in said}, {(50,) * 8, (7, 8, 9, 0, 0, 0, 0, 0)})
        self.assertAlmostEqual(said.count([50] * 8) / 400, 0.3, delta=0.07)

    def pool_in(self, folder: Path) -> Path:
        rng = np.random.default_rng(0)
        for sort in SORTS:
            (chunk,) = chunks_of(folder, TAUGHT, sort)
            chunk.parent.mkdir(parents=True, exist_ok=True)
            pictures = rng.integers(0, 255, (VIEWS, 32, 128, 3), np.uint8)
            np.savez(chunk, pictures=pictures, texts=np.zeros((VIEWS, 8), np.uint8), colours=np.zeros(VIEWS, np.uint8))
        return chunks_of(folder, TAUGHT, "drawn")[0]
