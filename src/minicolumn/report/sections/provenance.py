"""What made the report: command, changes to the configuration, versions, tables."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pandas as pd

from minicolumn.recordings.files import ADDRESSES, FILES_IN
from minicolumn.report.results import Shown


def content(results: Shown) -> dict[str, Any]:
    """Return the records, and the configuration with what differs from the default."""
    config = printable(results.config)
    return {
        "records": results.provenance,
        "version": version("minicolumn"),
        "changes": changes(config, printable(results.defaults)),
        "config_text": json.dumps(config, indent=2, ensure_ascii=False),
        "tables": results.beside,
    }


def printable(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration without addresses, directories and extensions."""
    recordings = {
        key: value
        for key, value in config["recordings"].items()
        if key not in ADDRESSES
    }
    for section in FILES_IN & recordings.keys():
        own = recordings[section]
        recordings[section] = {k: own[k] for k in own if k != "files"}
    kept = {key: value for key, value in config.items() if key != "extensions"}
    return {**kept, "recordings": recordings}


def changes(
    config: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[tuple[str, Any, Any]]:
    """Return keys whose value is not the default, with both; None where absent."""
    mine, theirs = (
        pd.json_normalize(dict(one)).to_dict("records")[0] for one in (config, defaults)
    )
    return [
        (key, theirs.get(key), mine.get(key))
        for key in sorted(map(str, {*mine, *theirs}))
        if mine.get(key) != theirs.get(key)
    ]
