"""What inference of circuits left on disk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from minicolumn.files.store import read_table
from minicolumn.files.tables import (
    POSTERIOR_SAMPLES,
    PREDICTIVE_CHECKS,
)


@dataclass(frozen=True, eq=False)
class PosteriorRecord:
    """What inference of circuits left on disk.

    Attributes
    ----------
    manifest, checks
        The contents of ``posterior/manifest.json`` and ``posterior.json``.
    circuits, predictive
        Tables of the kinds POSTERIOR_SAMPLES and PREDICTIVE_CHECKS.
    """

    manifest: Mapping[str, Any]
    checks: Mapping[str, Any]
    circuits: pd.DataFrame
    predictive: pd.DataFrame

    @classmethod
    def read(
        cls, posterior: str, checks: str, circuits: str, predictive: str
    ) -> "PosteriorRecord":
        """Read the directory of the posterior and the other files."""
        return cls(
            json.loads((Path(posterior) / "manifest.json").read_text()),
            json.loads(Path(checks).read_text()),
            read_table(circuits, POSTERIOR_SAMPLES).to_pandas(),
            read_table(predictive, PREDICTIVE_CHECKS).to_pandas(),
        )

    @property
    def shown(self) -> int | None:
        """The session whose circuits are drawn: the first one."""
        return None if self.circuits.empty else int(self.circuits["session_id"].min())
