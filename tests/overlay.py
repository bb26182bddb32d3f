"""Configurations as Snakemake merges them: an overlay on config.yaml."""

from pathlib import Path
from typing import Any

from minicolumn.config.settings import settings_of
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[1]


def overlaid(name: str) -> dict[str, Any]:
    """Return config.yaml with the overlay ``name`` merged in, key by key."""
    return settings_of(read_yaml(ROOT / "config.yaml"), read_yaml(ROOT / name))
