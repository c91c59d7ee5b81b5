"""Pictures come in as bytes, and what is enlarged is copied."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from quantisation import quantise
from quantisation.door import Bytes, door_of
from quantisation.enlarge import double
from quantisation.file import File
from quantisation.graph import load_graph
from quantisation.quantise import quantise_weights
from quantisation.test_quantise import NAMES, export_untrained, pictures_for

_GIVE = {
    "Transpose": lambda node, one: one.transpose(tuple(node.attribute[0].ints)),
    "Shape": lambda _node, one: np.array(one.shape),
    "Mul": lambda _node, one, other: one * other,
    "Concat": lambda node, *all: np.concatenate(all, node.attribute[0].i),
    "Reshape": lambda _node, one, shape: one.reshape([one.shape[at] if side == 0 else side for at, side in enumerate(shape)]),
}


class _Shaded(nn.Module):
    """Darker to the right."""

    def forward(self, pictures):
        return pictures * torch.linspace(1, 0.5, 32)


class Doors(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        export_untrained(self.folder)

    def test_bytes_become_what_the_first_convolution_takes(self):
        for name, value_of in (("detector", lambda byte: byte / 255), ("recogniser", lambda byte: (byte / 255 - 0.45) * 4)):
            steps = door_of(load_graph(self.folder / f"{name}.onnx")).steps
            for byte in (0, 7, 115, 255):
                value = (byte - int(steps.zero)) * float(steps.size)
                self.assertAlmostEqual(value, value_of(byte), delta=float(steps.size) / 2 + 1e-6)

    def test_measuring_sees_the_half_step_by_which_the_runtime_is_off(self):
        steps = Bytes(np.float32(1 / 255), np.uint8(128), 127.5)
        pictures = torch.arange(256, dtype=torch.float32) / 255 - 0.5
        torch.testing.assert_close(steps.rounded(pictures), (torch.arange(256) - 128) / 255)

    def test_a_first_convolution_that_takes_more_than_the_picture_scaled_and_moved_is_refused(self):
        for before in (_Shaded(), nn.ReLU()):
            network = nn.Sequential(before, nn.Conv2d(3, 4, 3))
            torch.onnx.export(network, torch.zeros(1, 3, 32, 32), str(self.folder / "other.onnx"), opset_version=17)
            graph = load_graph(self.folder / "other.onnx")
            if isinstance(before, nn.ReLU):
                graph.nodes.insert(0, onnx.helper.make_node("Sub", [graph.input, "half"], ["moved"]))
                graph.nodes[1].input[0] = "moved"
                graph.weights["half"] = np.float32(0.5)
            with self.assertRaisesRegex(ValueError, "scaled and moved"):
                door_of(graph)

    def test_networks_take_four_bytes_a_pixel_and_the_fourth_counts_for_nothing(self):
        keep, quantise.samples_for = quantise.samples_for, pictures_for
        self.addCleanup(setattr, quantise, "samples_for", keep)
        quantise_weights(self.folder, Path(), lambda _line: None)
        for name in NAMES:
            graph = onnx.load(str(self.folder / f"{name}.onnx")).graph
            taken = graph.input[0].type.tensor_type
            self.assertEqual((taken.elem_type, taken.shape.dim[3].dim_value), (onnx.TensorProto.UINT8, 4))
            first = next(node for node in graph.node if node.op_type == "Conv")
            whole = next(each for each in graph.initializer if each.name == first.input[1].replace("_again", "_whole"))
            weights = numpy_helper.to_array(whole)
            self.assertEqual(weights.shape[1], 4)
            self.assertTrue(weights[:, :3].any())
            self.assertFalse(weights[:, 3].any())

    def test_copies_are_what_an_enlargement_would_be(self):
        file, numbers = File(), np.random.default_rng(3).integers(0, 256, (2, 5, 3, 7), np.uint8)
        double(file, "small", "large")
        values = {"small": numbers, **{name: numpy_helper.to_array(each) for name, each in file.weights.items()}}
        for node in file.nodes:
            values[node.output[0]] = _GIVE[node.op_type](node, *(values[name] for name in node.input))
        np.testing.assert_array_equal(values["large"], numbers.repeat(2, 2).repeat(2, 3))


if __name__ == "__main__":
    unittest.main()
