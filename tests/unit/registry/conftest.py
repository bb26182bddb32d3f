"""The laws of what docs/extending adds are run by test_registry.py alone."""

import os

from minicolumn.registry.loading import VARIABLE

collect_ignore = [] if VARIABLE in os.environ else ["test_examples.py"]
