"""The commands: train, export, quantise, evaluate, calibrate, synthesise."""

import argparse
import sys
import time
from pathlib import Path

from synthesis.glyphs import plates_folder

_EACH = 200
"""Plates of every kind and of every province in a test set unless the command says otherwise."""
_NETWORKS = ("recogniser", "province", "detector")
_WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
_CROPS, _STREETS, _SCENES = "crops-ccpd/labels.csv", "street-eu/boxes.csv", "scenes-ccpd/labels.csv"
"""Which pictures there are, in the folder of plate pictures."""


class UsageError(ValueError):
    """Options that do not go together."""


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 the data or the folder does not allow it, 2 the command line is wrong."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 models/training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train all networks, or go on with a run that was stopped")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--out", type=Path, required=True, help="folder of the run: pools (19 GB), checkpoints, curves, run.json")
    train.add_argument("--data", type=Path, help="folder with crops-ccpd, street-eu and glyphs (default: shared/plates above)")
    train.add_argument("--only", choices=_NETWORKS)
    train.set_defaults(run=_train)
    export = commands.add_parser("export", help="write a finished run's networks as ONNX files")
    export.add_argument("--out", type=Path, required=True, help="folder of the run")
    export.add_argument("--weights", type=Path, default=_WEIGHTS, help="where to write (default: models/weights)")
    export.set_defaults(run=_export)
    quantise = commands.add_parser("quantise", help="put exported networks into whole numbers: half the time, half the bytes")
    quantise.add_argument("--weights", type=Path, default=_WEIGHTS, help="folder that export wrote (default: models/weights)")
    quantise.add_argument("--data", type=Path)
    quantise.set_defaults(run=_quantise)
    evaluate = commands.add_parser("evaluate", help="how a run's networks do on what they never saw")
    evaluate.add_argument("--out", type=Path, required=True, help="folder of the run")
    evaluate.add_argument("--data", type=Path)
    evaluate.set_defaults(run=_evaluate)
    calibrate = commands.add_parser("calibrate", help="fit the confidence on reads that eval --features wrote")
    calibrate.add_argument("files", type=Path, nargs="+")
    calibrate.add_argument("--weights", type=Path, default=_WEIGHTS)
    calibrate.set_defaults(run=_calibrate)
    synthesise = commands.add_parser("synthesise", help="write a synthetic test set, or negatives, with labels.csv")
    synthesise.add_argument("--to", type=Path, required=True, help="folder to write")
    synthesise.add_argument("--seed", type=int, default=1)
    synthesise.add_argument("--each", type=int, help=f"plates of every kind and of every province (default: {_EACH})")
    synthesise.add_argument("--small", action="store_true", help="the same plates degraded to 94 x 24 pixels")
    synthesise.add_argument("--narrowest", type=int, metavar="PX", help="least width of a plate, 24 to 240 pixels (default: 60)")
    synthesise.add_argument("--legible", action="store_true", help="only plates whose every character can be made out before they are degraded")
    synthesise.add_argument("--negatives", type=int, metavar="COUNT", help="write pictures without a plate instead")
    synthesise.add_argument("--real", action="store_true", help="re-letter the real validation crops instead, and photograph them worse")
    synthesise.add_argument("--data", type=Path, help="folder with crops-ccpd, for --real (default: shared/plates above)")
    synthesise.set_defaults(run=_synthesise)
    return parser


def _train(options) -> None:
    data = _data_of(options, _CROPS, _STREETS)
    for name in [options.only] if options.only else _NETWORKS:
        _TRAININGS[name](options.out, data, options.seed)


def _train_recogniser(out: Path, data: Path, seed: int) -> None:
    from recognition.course import train_recogniser

    train_recogniser(out, data, seed, _report)


def _train_province(out: Path, data: Path, seed: int) -> None:
    from province.train import train_province

    train_province(out / "province", data, seed, _report)


def _train_detector(out: Path, data: Path, seed: int) -> None:
    from detection.train import Plan, train

    train(Plan(seed=seed), data, out / "detector", workers=2)


_TRAININGS = {"recogniser": _train_recogniser, "province": _train_province, "detector": _train_detector}


def _export(options) -> None:
    from manifest import write_weights

    try:
        lines = write_weights(options.out, options.weights)
    except OSError as error:
        raise OSError(f"{error}; nothing in {options.weights} was changed") from error
    for line in lines:
        _report(line)


def _quantise(options) -> None:
    from quantisation.quantise import quantise_weights

    weights = _manifest_of(options).parent
    quantise_weights(weights, _data_of(options, _CROPS, _STREETS), _report)


def _evaluate(options) -> None:
    from detection.evaluate import evaluate_run
    from province.validate import evaluate as evaluate_province
    from recognition.validate import evaluate

    held = [name for name in _NETWORKS if (options.out / name).exists()]
    if not held:
        raise FileNotFoundError(f"{options.out} holds no finished network: train --out {options.out} first")
    data = _data_of(options, _CROPS, _STREETS, *([_SCENES] if "detector" in held else []))
    if "recogniser" in held:
        evaluate(options.out, data, _report)
    if "province" in held:
        evaluate_province(options.out, data, _report)
    if "detector" in held:
        evaluate_run(options.out / "detector", data, _report)


def _calibrate(options) -> None:
    from calibration import write_calibration

    _report(str(write_calibration(options.files, _manifest_of(options))))


def _synthesise(options) -> None:
    from synthesis.export import NARROWEST_PX, write_negatives, write_set

    _refuse_together(options)
    if options.negatives is not None:
        count = write_negatives(options.to, options.seed, options.negatives)
    elif options.real:
        from recognition.retaken import write_retaken

        count = write_retaken(options.to, options.seed, _data_of(options, _CROPS) / "crops-ccpd")
    else:
        each = _EACH if options.each is None else options.each
        narrowest = NARROWEST_PX if options.narrowest is None else options.narrowest
        size = (94, 24) if options.small else None
        count = write_set(options.to, options.seed, each, each, size, narrowest, options.legible)
    _report(f"{count} pictures and labels.csv in {options.to}")


def _refuse_together(options) -> None:
    """UsageError for options that another kind of test set would not look at, and for counts that leave it empty."""
    kind = "--real" if options.real else "--negatives" if options.negatives is not None else None
    drawn = [name for name in ("small", "legible") if getattr(options, name)]
    drawn += [name for name in ("each", "narrowest") if getattr(options, name) is not None]
    if options.real and options.negatives is not None:
        raise UsageError("--real and --negatives are two kinds of test set: give one")
    if kind and drawn:
        raise UsageError(f"--{drawn[0]} is for drawn plates: leave it out with {kind}")
    if options.data and not options.real:
        raise UsageError("--data is for --real: drawn plates take theirs from PLATE_DATA, or shared/plates above")
    for name in ("each", "negatives"):
        count = getattr(options, name)
        if count is not None and count < 1:
            raise UsageError(f"--{name} {count}: must not be negative or 0, give at least 1")


def _data_of(options, *needed: str) -> Path:
    """The folder of plate pictures. FileNotFoundError where a file that is needed is not in it."""
    data = options.data or plates_folder()
    for file in needed:
        if not (data / file).exists():
            raise FileNotFoundError(f"{data / file} is missing: give the folder that holds {file} with --data DIR")
    return data


def _manifest_of(options) -> Path:
    """FileNotFoundError where there is none."""
    manifest = options.weights / "manifest.json"
    if not manifest.exists():
        raise FileNotFoundError(f"{manifest} is missing: give the folder that export wrote with --weights DIR")
    return manifest


def _report(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)
