"""Commands that cannot do what is asked say so before they begin, and what to give instead."""

import io
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stderr
from pathlib import Path

from commands import main

FOLDER = Path(__file__).resolve().parent.parent
WITHOUT = "import runpy, sys; sys.modules[sys.argv.pop(1)] = None; runpy.run_path(sys.argv[1], run_name='__main__')"
"""Runs the commands as if one module were not installed."""


def said(*arguments: object) -> tuple[int, str]:
    """Exit code, and what went to stderr."""
    with redirect_stderr(io.StringIO()) as stderr:
        code = main([str(argument) for argument in arguments])
    return code, stderr.getvalue()


class Commands(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def test_a_package_that_is_missing_is_named(self):
        for module, package in (("cv2", "OpenCV"), ("torch", "PyTorch"), ("numpy", "NumPy"), ("onnx", "ONNX")):
            command = [sys.executable, "-c", WITHOUT, module, str(FOLDER), "--help"]
            run = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual(run.stderr, f"needs {package} ({module}); see models/training/README.md\n")
            self.assertEqual((run.returncode, run.stdout), (2, ""))

    def test_a_run_that_holds_no_network_is_refused(self):
        for out in (self.folder / "none", self.folder):
            self.assertEqual(
                said("evaluate", "--out", out), (1, f"{out} holds no finished network: train --out {out} first\n")
            )

    def test_a_test_set_of_no_pictures_is_refused(self):
        for option in ("--each", "--negatives"):
            for count in (0, -1):
                code, line = said("synthesise", "--to", self.folder / "set", option, count)
                self.assertEqual((code, line), (2, f"{option} {count}: must not be negative or 0, give at least 1\n"))
        self.assertFalse((self.folder / "set").exists())

    def test_data_that_is_missing_is_named_with_its_option(self):
        (self.folder / "run" / "recogniser").mkdir(parents=True)
        (self.folder / "manifest.json").write_text("{}")
        for command in (
            ("train", "--out", self.folder / "new"),
            ("evaluate", "--out", self.folder / "run"),
            ("quantise", "--weights", self.folder),
            ("synthesise", "--to", self.folder / "set", "--real"),
        ):
            code, line = said(*command, "--data", self.folder)
            self.assertEqual(code, 1)
            self.assertIn("crops-ccpd/labels.csv is missing: give the folder that holds", line)
            self.assertIn("with --data DIR\n", line)

    def test_weights_that_are_missing_are_named_with_their_option(self):
        for command in (("quantise",), ("calibrate", self.folder / "reads.jsonl")):
            code, line = said(*command, "--weights", self.folder)
            fix = "give the folder that export wrote with --weights DIR"
            self.assertEqual((code, line), (1, f"{self.folder / 'manifest.json'} is missing: {fix}\n"))


if __name__ == "__main__":
    unittest.main()
