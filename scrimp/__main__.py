"""`python -m scrimp`: the command line without its script on the PATH."""

import sys

from scrimp.cli import main

sys.exit(main())
