"""Exporting changes the weights folder wholly or not at all."""

import json
import tempfile
import unittest
from pathlib import Path

import torch

import manifest
from manifest import write_weights
from recognition.network import Recogniser


def finished_run(folder: Path) -> Path:
    run = folder / "run"
    (run / "recogniser").mkdir(parents=True)
    torch.save(Recogniser().state_dict(), run / "recogniser" / "recogniser.pt")
    record = {"plan": {"seed": 1}, "data": {}, "versions": {}, "minutes": 1}
    (run / "recogniser" / "run.json").write_text(json.dumps(record))
    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Export(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder, self.weights = Path(temporary.name), Path(temporary.name) / "weights"
        self.run_folder = finished_run(self.folder)

    def test_the_manifest_names_the_bytes_and_loses_the_old_calibration(self):
        self.weights.mkdir()
        (self.weights / "manifest.json").write_text('{"calibration": {"bias": 1}, "detector": {"bytes": 5}}')
        write_weights(self.run_folder, self.weights)
        made = json.loads((self.weights / "manifest.json").read_text())
        self.assertEqual(made["recogniser"]["bytes"], (self.weights / "recogniser.onnx").stat().st_size)
        self.assertEqual(made["detector"], {"bytes": 5})
        self.assertNotIn("calibration", made)

    def test_an_export_that_fails_midway_leaves_every_file_as_it_was(self):
        write_weights(self.run_folder, self.weights)
        before = contents(self.weights)
        keep, manifest._entry = manifest._entry, self.full_disk
        self.addCleanup(setattr, manifest, "_entry", keep)
        with self.assertRaises(OSError):
            write_weights(self.run_folder, self.weights)
        self.assertEqual(contents(self.weights), before)

    def full_disk(self, *_):
        raise OSError(28, "No space left on device")


if __name__ == "__main__":
    unittest.main()
