"""Write allen.conda.yaml from allen.lock: the same packages and hashes, for conda.

`make lock` calls this; a test finds a twin that is out of date.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
HEAD = """\
# Written from allen.lock by conda_twin.py (make lock): do not edit.
# For snakemake --sdm conda. Conda brings Python, pip everything else, hashes checked.
channels: [conda-forge, nodefaults]
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def twin(lock: str) -> str:
    """Return the conda environment that installs what ``lock`` lists."""
    unbroken = re.sub(r"\s*\\\n\s*", " ", lock)
    pinned = [
        line
        for line in unbroken.splitlines()
        if line and not line.lstrip().startswith("#")
    ]
    return HEAD + "".join(f"    - '{line}'\n" for line in pinned)


if __name__ == "__main__":
    lock = (HERE / "allen.lock").read_text()
    (HERE / "allen.conda.yaml").write_text(twin(lock))
