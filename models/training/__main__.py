"""python3 models/training COMMAND: see --help."""

import sys

from commands import main

if __name__ == "__main__":  # Workers import this file again, under another name.
    sys.exit(main(sys.argv[1:]))
