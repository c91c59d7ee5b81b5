"""The trained recogniser as an ONNX file for the runtime."""

import warnings

import torch

from recognition.network import HEIGHT_PX, WIDTH_PX, Exported, Recogniser
from storage import halve_weights

OPSET = 17


def export_recogniser(network: Recogniser, path: str) -> None:
    """Writes input `plate` [N, 3, 32, 128] and outputs `ctc`, `slots`, `colour` (log-probabilities)."""
    outputs = ["ctc", "slots", "colour"]
    sizes = {name: {0: "plates"} for name in ["plate", *outputs]}
    settings = {"dynamo": False} if torch.__version__ >= "2" else {}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(network.eval().float()),
            torch.zeros(2, 3, HEIGHT_PX, WIDTH_PX),
            path,
            input_names=["plate"],
            output_names=outputs,
            dynamic_axes=sizes,
            opset_version=OPSET,
            **settings,
        )
    halve_weights(path)
