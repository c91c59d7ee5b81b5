"""Networks in whole numbers answer nearly as they did, are the same each time, and replace the others all or none."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from detection.export import write_onnx
from detection.network import Detector
from quantisation import quantise
from quantisation.door import door_of
from quantisation.graph import load_graph, run, tensors_of
from quantisation.measure import measure
from quantisation.places import places_of, whole_convolutions
from quantisation.quantise import KEPT, quantise_weights
from quantisation.rewrite import write_whole
from recognition.export import export_recogniser
from recognition.network import Recogniser
from storage import halve_weights

NAMES = ("recogniser", "detector")


def pictures_for(name: str, _data=None) -> list[np.ndarray]:
    size = (32, 128) if name == "recogniser" else (96, 192)
    rng = np.random.default_rng(7)
    return [rng.random((3, 3, *size), np.float32) for _ in range(2)]


def export_untrained(folder: Path) -> None:
    """A recogniser and a detector as `export` writes them, with weights by chance."""
    torch.manual_seed(2)
    detector = Detector().train()
    for _ in range(2):
        detector(torch.rand(2, 3, 96, 192))
    write_onnx(detector.eval(), folder / "detector.onnx")
    halve_weights(str(folder / "detector.onnx"))
    export_recogniser(Recogniser(), str(folder / "recogniser.onnx"))
    manifest = {name: entry_of(folder / f"{name}.onnx") for name in NAMES}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "calibration": {"bias": 1}}))


def entry_of(file: Path) -> dict:
    content = file.read_bytes()
    return {"file": file.name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Quantised(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.floats = Path(temporary.name)
        export_untrained(cls.floats)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name) / "weights"
        shutil.copytree(self.floats, self.folder)
        keep, quantise.samples_for = quantise.samples_for, pictures_for
        self.addCleanup(setattr, quantise, "samples_for", keep)

    def test_the_nodes_run_here_give_what_the_network_gives(self):
        torch.manual_seed(5)
        network, pictures = Recogniser(), torch.rand(2, 3, 32, 128)
        export_recogniser(network, str(self.folder / "recogniser.onnx"))
        graph = load_graph(self.folder / "recogniser.onnx")
        last = next(node.output[0] for node in graph.nodes if "trunk.5/Relu" in node.name)
        with torch.no_grad():
            found = run(graph, tensors_of(graph.weights), pictures, {last})[last]
            right = network.eval().trunk((pictures - 0.45) * 4)
        torch.testing.assert_close(found, right, rtol=0, atol=0.01)

    def test_rounded_values_stay_near_to_the_exact_ones_all_the_way_to_the_corners(self):
        graph = load_graph(self.folder / "detector.onnx")
        convolutions = whole_convolutions(graph, KEPT["detector"])
        numbers = measure(graph, door_of(graph), convolutions, places_of(graph, convolutions), pictures_for("detector"))
        exact, rounded = tensors_of(graph.weights), tensors_of(graph.weights)
        for name, (whole, sizes) in numbers.weights.items():
            rounded[name] = torch.from_numpy(whole * sizes.reshape(-1, 1, 1, 1))
        rounded.update({name: torch.from_numpy(bias) for name, bias in numbers.biases.items()})
        last = next(node.output[0] for node in graph.nodes if "last" in node.name)
        pictures = torch.from_numpy(pictures_for("detector")[0])
        with torch.no_grad():
            right = run(graph, exact, pictures, {last})[last]
            found = run(graph, rounded, pictures, {last}, numbers.kept)[last]
        self.assertGreater(float(np.corrcoef(right.flatten(), found.flatten())[0, 1]), 0.99)

    def test_an_enlargement_takes_the_steps_of_what_it_enlarges(self):
        graph = load_graph(self.folder / "detector.onnx")
        places = places_of(graph, whole_convolutions(graph, KEPT["detector"]))
        enlarged = {node.output[0]: node.input[0] for node in graph.nodes if node.op_type == "Resize"}
        self.assertEqual({name: places.get(name) for name in enlarged}, enlarged)

    def test_every_whole_convolution_has_whole_numbers_before_and_behind_it(self):
        for name in NAMES:
            graph = load_graph(self.folder / f"{name}.onnx")
            convolutions = whole_convolutions(graph, KEPT[name])
            places = places_of(graph, convolutions)
            for node in convolutions:
                behind = {node.output[0], *(user.output[0] for user in graph.users_of(node.output[0]) if user.op_type == "Relu")}
                self.assertIn(node.input[0], places)
                self.assertTrue(behind & places.keys(), node.name)

    def test_the_manifest_names_the_new_bytes_and_what_they_were_made_of(self):
        before = json.loads((self.folder / "manifest.json").read_text())
        quantise_weights(self.folder, Path(), lambda _line: None)
        after = json.loads((self.folder / "manifest.json").read_text())
        self.assertNotIn("calibration", after)
        for name in NAMES:
            made = entry_of(self.folder / f"{name}.onnx")
            self.assertEqual({key: after[name][key] for key in made}, made)
            self.assertEqual(after[name]["fromFloats"]["sha256"], before[name]["sha256"])
            self.assertLess(after[name]["bytes"], 0.7 * before[name]["bytes"])
            onnx.checker.check_model(str(self.folder / f"{name}.onnx"))

    def test_the_same_networks_give_the_same_bytes_in_any_process(self):
        command = (
            "import sys; from pathlib import Path; from quantisation import quantise, test_quantise\n"
            "quantise.samples_for = test_quantise.pictures_for\n"
            "quantise.quantise_weights(Path(sys.argv[1]), Path(), print)"
        )
        made = []
        for order in ("1", "2"):
            folder = self.folder.with_name(f"weights-{order}")
            shutil.copytree(self.floats, folder)
            environment = {**os.environ, "PYTHONHASHSEED": order}
            arguments = [sys.executable, "-c", command, str(folder)]
            subprocess.run(arguments, check=True, env=environment, cwd=Path(__file__).parent.parent, stdout=subprocess.DEVNULL)
            made.append(contents(folder))
        self.assertEqual(made[0], made[1])

    def test_networks_in_whole_numbers_are_not_rounded_again(self):
        quantise_weights(self.folder, Path(), lambda _line: None)
        before = contents(self.folder)
        with self.assertRaisesRegex(ValueError, "whole numbers already: export it again first"):
            quantise_weights(self.folder, Path(), lambda _line: None)
        self.assertEqual(contents(self.folder), before)

    def test_what_fails_midway_leaves_every_file_as_it_was(self):
        before = contents(self.folder)
        keep, quantise.write_whole = quantise.write_whole, self.full_at_the_second
        self.addCleanup(setattr, quantise, "write_whole", keep)
        self.written = 0
        with self.assertRaises(OSError):
            quantise_weights(self.folder, Path(), lambda _line: None)
        self.assertEqual(contents(self.folder), before)

    def full_at_the_second(self, *arguments):
        self.written += 1
        if self.written > 1:
            raise OSError(28, "No space left on device")
        write_whole(*arguments)

    def test_a_kept_convolution_that_is_nowhere_is_named(self):
        graph = load_graph(self.folder / "detector.onnx")
        with self.assertRaisesRegex(ValueError, "no convolution's name holds stem"):
            whole_convolutions(graph, ("stem",))


if __name__ == "__main__":
    unittest.main()
