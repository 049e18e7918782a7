"""Entry point of ``python -m journeykit.cli``, which is the command ``journeykit``."""

from __future__ import annotations

import sys

from journeykit.cli import main

if __name__ == "__main__":
    sys.exit(main())
