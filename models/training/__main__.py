"""python3 models/training COMMAND: see --help."""

import sys
from importlib.util import find_spec

_PACKAGES = {"torch": "PyTorch", "numpy": "NumPy", "cv2": "OpenCV", "onnx": "ONNX"}
"""Those of requirements.txt, by the module that is imported."""

if __name__ == "__main__":  # Workers import this file again, under another name.
    missing = [f"{package} ({module})" for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        print(f"needs {', '.join(missing)}; see models/training/README.md", file=sys.stderr)
        sys.exit(2)
    from commands import main

    sys.exit(main(sys.argv[1:]))
