"""What an extension does, before a run uses it."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from minicolumn.errors import ExtensionError


def preview(
    extension: str | Path, *overlays: str | Path, base: str | Path = "config.yaml"
) -> pd.DataFrame:
    """Return what each mechanism, statistic, prior or surrogate of a file does.

    The file is loaded in a process of its own, since names are fixed once per process:
    edit the file and call this again.

    Parameters
    ----------
    extension
        The file in which something is registered; see docs/extending.md.
    *overlays, base
        The configuration, as for `minicolumn.read_config`.

    Returns
    -------
    DataFrame
        Columns ``kind`` and ``name``, then what that kind has: of a mechanism, its
        condition at each ACh level; of a statistic, its value for some known spikes; of
        a distribution, its values between 1 and 10 by quantile; of a surrogate, how
        well it learns a line (R2). A source of recordings is only loaded.

    Raises
    ------
    ExtensionError
        If the file cannot be used, or what it adds fails.
    """
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory, "preview.parquet")
        files = [str(Path(one).absolute()) for one in (extension, base, *overlays)]
        command = [sys.executable, "-m", "minicolumn.api.previewed", str(made), *files]
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        if run.returncode:
            said = run.stderr.strip().splitlines() or ["it ended without a message"]
            raise ExtensionError(said[-1])
        return pd.read_parquet(made)
