"""Configurations as Snakemake merges them: an overlay on config.yaml."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


def overlaid(name: str) -> dict[str, Any]:
    """Return config.yaml with the overlay ``name`` merged in, key by key."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    _merge(values, yaml.safe_load((ROOT / name).read_text()))
    return values


def _merge(values: dict[str, Any], overlay: dict[str, Any]) -> None:
    for key, value in overlay.items():
        if isinstance(value, dict):
            _merge(values[key], value)
        else:
            values[key] = value
