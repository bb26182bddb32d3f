"""The parameters sampled for each circuit: those of `v1_types` without a place.

Their ranges and sources are in ``settings.yaml``.
"""

from minicolumn.circuits.v1_types.cell_types import PARAMETERS as OF_V1_TYPES

PARAMETERS = tuple(
    one for one in OF_V1_TYPES if one.name not in ("radius_um", "g_M_scale")
)
