"""Tests of what docs/extending adds, run by test_extensions.py alone."""

import os

from minicolumn.registry import VARIABLE

collect_ignore_glob = [] if VARIABLE in os.environ else ["test_*.py"]
