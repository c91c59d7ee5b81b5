"""python3 models/training COMMAND: see --help."""

import sys

from commands import main

sys.exit(main(sys.argv[1:]))
