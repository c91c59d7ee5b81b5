"""The trained province reader as an ONNX file for the runtime."""

import warnings
from pathlib import Path

import torch

from province.network import Exported, Province
from province.window import SIDE_PX
from recognition.export import OPSET
from runs import load_finished
from storage import halve_weights


def export_province(state: Path, path: Path) -> None:
    """Writes input `province` [N, 3, 48, 48] and output `provinces`, log-probabilities [N, 31]."""
    network = load_finished(Province(), state)
    settings = {"dynamo": False} if torch.__version__ >= "2" else {}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(network.float()),
            torch.zeros(2, 3, SIDE_PX, SIDE_PX),
            str(path),
            input_names=["province"],
            output_names=["provinces"],
            dynamic_axes={"province": {0: "plates"}, "provinces": {0: "plates"}},
            opset_version=OPSET,
            **settings,
        )
    halve_weights(str(path))
