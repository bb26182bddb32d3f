"""Another version of this package where Python looks first."""

import os
import subprocess
import sys
from pathlib import Path

import minicolumn


# Promise: an older package of the same name is on PYTHONPATH | at once | unset
#   PYTHONPATH
def test_an_older_package_of_the_same_name_is_one_sentence(tmp_path):
    older = tmp_path / "minicolumn"
    older.mkdir()
    (older / "__init__.py").write_text("__version__ = '0.0.1'")
    own = str(Path(minicolumn.__file__).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", "import snakemake_logger_plugin_minicolumn"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), own])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        f"minicolumn is imported from {tmp_path}, and is another version than that of "
        f"{own}: unset PYTHONPATH, or remove the other"
    ]
