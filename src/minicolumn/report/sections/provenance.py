"""What made the report: versions, seed and configuration."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from minicolumn.recordings.files import ADDRESSES, FILES_IN
from minicolumn.report.results import Results


def content(results: Results) -> dict[str, Any]:
    """Return the records, and the configuration as text."""
    return {
        "records": results.provenance,
        "version": version("minicolumn"),
        "config_text": config_text(results.config),
    }


def config_text(config: Mapping[str, Any]) -> str:
    """Return the configuration without addresses, directories and extensions."""
    recordings = {
        key: value
        for key, value in config["recordings"].items()
        if key not in ADDRESSES
    }
    for section in FILES_IN & recordings.keys():
        own = recordings[section]
        recordings[section] = {k: own[k] for k in own if k != "files"}
    config = {key: value for key, value in config.items() if key != "extensions"}
    return json.dumps(
        {**config, "recordings": recordings}, indent=2, ensure_ascii=False
    )
