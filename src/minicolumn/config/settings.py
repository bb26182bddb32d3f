"""The settings of a run: defaults, what its family of circuits brings, and overlays."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from minicolumn.circuits.family import FAMILIES, family
from minicolumn.yaml_files import merge, read_yaml


def settings_of(
    defaults: Mapping[str, Any], *overlays: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``defaults`` with overlays, the last of which wins.

    The family of circuits that they choose brings settings of its own, which come
    before the overlays. Its prior replaces that of ``defaults``: parameters of one
    family mean nothing in another.

    Raises
    ------
    ConfigError
        If the settings of the family cannot be read.
    """
    overlay: dict[str, Any] = {}
    for one in overlays:
        merge(overlay, deepcopy(dict(one)))
    settings = deepcopy(dict(defaults))
    circuits = overlay.get("circuits")
    chosen = circuits.get("family") if isinstance(circuits, dict) else None
    if chosen in FAMILIES and (file := family(chosen).settings):
        own = read_yaml(file)
        settings["prior"] = own.pop("prior", settings["prior"])
        merge(settings, own)
    merge(settings, overlay)
    return settings
