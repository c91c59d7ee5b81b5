"""From the networks that `export` wrote to the ones that are shipped."""

import hashlib
import json
import tempfile
from pathlib import Path

import torch

from quantisation.door import door_of
from quantisation.graph import load_graph
from quantisation.measure import measure
from quantisation.places import places_of, whole_convolutions
from quantisation.rewrite import write_whole
from quantisation.samples import samples_for

KEPT = {"recogniser": ("columns/classes",), "province": (), "detector": ("last",)}
"""Convolutions that go on in floats: those whose answers are taken as they are."""


def quantise_weights(weights: Path, data: Path, report) -> None:
    """Puts every network of the folder `weights` into whole numbers, and its new sha256 into the manifest.

    The calibration is dropped: it belongs to the old ones. All or nothing. ValueError when a network is in whole
    numbers already, OSError when a file is missing or the disk is full.
    """
    torch.set_num_threads(1)
    manifest = json.loads((weights / "manifest.json").read_text(encoding="utf-8"))
    graphs = {name: load_graph(weights / manifest[name]["file"]) for name in KEPT if name in manifest}
    manifest.pop("calibration", None)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=weights) as beside:
        for name, graph in graphs.items():
            part = Path(beside) / manifest[name]["file"]
            door, convolutions = door_of(graph), whole_convolutions(graph, KEPT[name])
            numbers = measure(graph, door, convolutions, places_of(graph, convolutions), samples_for(name, data))
            write_whole(graph, door, convolutions, numbers, part)
            manifest[name] |= _entry(part, manifest[name])
            report(f"{weights / part.name} {manifest[name]['bytes']} bytes, sha256 {manifest[name]['sha256']}")
        (Path(beside) / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for file in [*(manifest[name]["file"] for name in graphs), "manifest.json"]:
            (Path(beside) / file).replace(weights / file)


def _entry(part: Path, before: dict) -> dict:
    content = part.read_bytes()
    from_floats = {"sha256": before["sha256"], "bytes": before["bytes"]}
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "fromFloats": from_floats}
