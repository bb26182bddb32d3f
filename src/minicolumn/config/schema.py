"""The JSON schema of the configuration, by which editors complete and check its keys.

``python -m minicolumn.config.schema config.yaml`` prints it. It describes overlays, in
which any key may be left out; what is required of the whole, `parse_config` checks.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from minicolumn.config import Config
from minicolumn.yaml_files import commented

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(defaults: str) -> dict[str, Any]:
    """Return the schema, with the values and comments of a configuration file.

    Parameters
    ----------
    defaults
        The text of ``config.yaml``: a comment describes its key, and a value is its
        default.
    """
    made = Config.model_json_schema()
    values = yaml.safe_load(defaults)
    # The comment above the first key is about the file.
    notes = {path: note for path, _, note in commented(defaults) if note}
    schema = _Inlined(made["$defs"], notes).node(made, values, "")
    return {"$schema": DIALECT, "title": "minicolumn", **schema}


class _Inlined:
    """Writes each use of a model in its place, where it has its own comments."""

    def __init__(self, models: Mapping[str, Any], notes: Mapping[str, str]) -> None:
        self.models, self.notes = models, notes

    def node(self, node: Any, value: Any, path: str) -> dict[str, Any]:
        """Return a part of the schema, with the value that its key has by default."""
        if "$ref" in node:
            node = node | self.models[node["$ref"].rpartition("/")[2]]
        kept = {
            key: part
            for key, part in node.items()
            if key not in ("$defs", "$ref", "title", "required", "properties")
        }
        for key in ("anyOf", "prefixItems"):
            if key in kept:
                kept[key] = [self.node(part, None, "") for part in kept[key]]
        for key in ("items", "additionalProperties"):
            if isinstance(kept.get(key), dict):
                kept[key] = self.node(kept[key], None, "")
        if note := self.notes.get(path):
            kept["description"] = note
        if parts := self._parts(node, value):
            known = value if isinstance(value, dict) else {}
            kept["properties"] = {
                key: self.node(part, known.get(key), f"{path}.{key}".lstrip("."))
                for key, part in parts.items()
            }
        elif value is not None:
            kept["default"] = value
        return kept

    def _parts(self, node: Any, value: Any) -> dict[str, Any]:
        """Return what is known of the keys of a section or of a mapping."""
        if node.get("type") != "object" or not isinstance(value, dict):
            return node.get("properties", {})
        of_others = node.get("additionalProperties")
        named = dict.fromkeys(value, of_others) if isinstance(of_others, dict) else {}
        return named | node.get("properties", {})


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text()
    print(json.dumps(json_schema(text), indent=1, ensure_ascii=False))
