"""models/weights: both networks, and the manifest the runtime checks them against."""

import hashlib
import json
from pathlib import Path

import torch

from detection.export import write_onnx
from detection.network import Detector
from recognition.export import export_recogniser
from recognition.network import HEIGHT_PX, WIDTH_PX
from recognition.shapes import COLOURS, SHAPES
from recognition.validate import load_recogniser
from storage import halve_weights

BYTES_MAX = 4 * 1024 * 1024
"""Of both networks together: they live in git."""


def write_weights(run: Path, weights: Path) -> list[str]:
    """Exports what `run` holds, and writes manifest.json anew; a line for each file written.

    A network that `run` lacks stays as it is in `weights`. The calibration is dropped with any new
    network: it belongs to the old ones. ValueError over BYTES_MAX.
    """
    weights.mkdir(parents=True, exist_ok=True)
    path = weights / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    written = []
    for name, export in (("recogniser", _recogniser), ("detector", _detector)):
        if not (run / name / f"{name}.pt").exists():
            continue
        export(run / name / f"{name}.pt", weights / f"{name}.onnx")
        manifest[name] = _entry(weights / f"{name}.onnx", run / name / "run.json")
        manifest.pop("calibration", None)
        written.append(f"{weights / name}.onnx {manifest[name]['bytes']} bytes, sha256 {manifest[name]['sha256']}")
    if not written:
        raise FileNotFoundError(f"{run} holds no finished network: train --out {run} first")
    if sum(path.stat().st_size for path in weights.glob("*.onnx")) > BYTES_MAX:
        raise ValueError(f"both networks are over {BYTES_MAX} bytes together: make them smaller")
    manifest["classes"] = SHAPES
    manifest["colours"] = list(COLOURS)
    manifest["plateSizePx"] = [WIDTH_PX, HEIGHT_PX]
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return written


def _recogniser(state: Path, onnx: Path) -> None:
    export_recogniser(load_recogniser(state), str(onnx))


def _detector(state: Path, onnx: Path) -> None:
    network = Detector()
    network.load_state_dict(torch.load(state, map_location="cpu"))
    write_onnx(network, onnx)
    halve_weights(str(onnx))


def _entry(onnx: Path, record: Path) -> dict:
    content = onnx.read_bytes()
    made = json.loads(record.read_text(encoding="utf-8"))
    return {
        "file": onnx.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "trained": {"plan": made["plan"], "data": made["data"], "versions": made["versions"], "minutes": made["minutes"]},
    }
