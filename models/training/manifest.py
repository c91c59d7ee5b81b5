"""models/weights: all networks, and the manifest the runtime checks them against."""

import hashlib
import json
import tempfile
from pathlib import Path

from detection.export import write_onnx
from detection.network import Detector
from province.export import export_province
from recognition.export import export_recogniser
from recognition.network import HEIGHT_PX, WIDTH_PX, Recogniser
from recognition.shapes import COLOURS, SHAPES
from runs import load_finished
from storage import halve_weights

BYTES_MAX = 4 * 1024 * 1024
"""Of all networks together: they live in git."""


def write_weights(run: Path, weights: Path) -> list[str]:
    """Exports what `run` holds, and writes manifest.json anew; a line for each file written.

    A network that `run` lacks stays as it is in `weights`. The calibration is dropped with any new
    network: it belongs to the old ones. Nothing in `weights` changes before everything is written
    beside it, the manifest last. ValueError over BYTES_MAX, OSError when the disk is full.
    """
    finished = [name for name in _EXPORTS if (run / name / f"{name}.pt").exists()]
    if not finished:
        raise FileNotFoundError(f"{run} holds no finished network: train --out {run} first")
    weights.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=weights) as beside:
        part = Path(beside)
        for name in finished:
            _EXPORTS[name](run / name / f"{name}.pt", part / f"{name}.onnx")
        manifest = _manifest(run, weights, part, finished)
        (part / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for file in [*(f"{name}.onnx" for name in finished), "manifest.json"]:
            (part / file).replace(weights / file)
    return [f"{weights / name}.onnx {manifest[name]['bytes']} bytes, sha256 {manifest[name]['sha256']}" for name in finished]


def _manifest(run: Path, weights: Path, part: Path, finished: list[str]) -> dict:
    """The old manifest with the networks in `part` for those of the same name."""
    path = weights / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    manifest.pop("calibration", None)
    for name in finished:
        manifest[name] = _entry(part / f"{name}.onnx", run / name / "run.json")
    if sum(manifest[name]["bytes"] for name in _EXPORTS if name in manifest) > BYTES_MAX:
        raise ValueError(f"the networks are over {BYTES_MAX} bytes together: make them smaller")
    return {**manifest, "classes": SHAPES, "colours": list(COLOURS), "plateSizePx": [WIDTH_PX, HEIGHT_PX]}


def _recogniser(state: Path, onnx: Path) -> None:
    export_recogniser(load_finished(Recogniser(), state), str(onnx))


def _detector(state: Path, onnx: Path) -> None:
    write_onnx(load_finished(Detector(), state), onnx)
    halve_weights(str(onnx))


_EXPORTS = {"recogniser": _recogniser, "province": export_province, "detector": _detector}


def _entry(onnx: Path, record: Path) -> dict:
    content = onnx.read_bytes()
    made = json.loads(record.read_text(encoding="utf-8"))
    return {
        "file": onnx.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "trained": {"plan": made["plan"], "data": made["data"], "versions": made["versions"], "minutes": made["minutes"]},
    }
