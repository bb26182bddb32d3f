"""Print a line for each fault of the extensions, under a configuration on stdin."""

import sys
from contextlib import redirect_stdout

from minicolumn.config import Config
from minicolumn.extension_checks.calls import faults

if __name__ == "__main__":
    with redirect_stdout(sys.stderr):  # extensions may print
        found = faults(Config.model_validate_json(sys.stdin.read()))
    print("\n".join(f"  {fault}" for fault in found))
    sys.exit(bool(found))
