"""``python -m dagstack.idl``."""

import sys

from dagstack.idl.cli import main

sys.exit(main())
