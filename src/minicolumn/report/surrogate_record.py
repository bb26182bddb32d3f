"""What a trained surrogate says about itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from minicolumn.files.documents import read_document
from minicolumn.files.models import read_manifest
from minicolumn.surrogates.archive import METRICS, Metrics, SurrogateManifest


@dataclass(frozen=True)
class SurrogateRecord:
    """What a trained surrogate says about itself, in its two documents."""

    metrics: Metrics
    manifest: SurrogateManifest

    @classmethod
    def read(cls, directory: str | Path) -> Self:
        """Read the two files from the directory of a surrogate."""
        return cls(
            read_document(Path(directory) / METRICS, Metrics),
            read_manifest(directory, SurrogateManifest),
        )

    @property
    def training_set(self) -> str:
        """What it was trained on."""
        return self.manifest.training_set

    @property
    def architecture(self) -> str:
        """What kind of model it is."""
        return self.manifest.architecture
