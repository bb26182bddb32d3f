"""What was measured between the cell types of mouse V1 L2/3.

All tables are (presynaptic, postsynaptic), in the order of `cell_types.KINDS`:
excitatory, VIP, SST, PV.
"""

import numpy as np

from minicolumn.circuits.v1_types.cell_types import KINDS

PEAK_PROBABILITY = np.array(
    [
        [0.0449, 0.0893, 0.2940, 0.2860],
        [0.0883, 0.1943, 0.2618, 0.2117],
        [0.5266, 0.4038, 0.3381, 0.5608],
        [0.6758, 0.2754, 0.3800, 0.6561],
    ]
)
"""Of a connection at distance 0: the V1DD electron microscopy, as in the V1 model of
the Allen Institute (biorealistic-v1-model, base_props/pmax_matrix_v1dd.csv)."""

_IS_EXC = np.array([of == "exc" for of in KINDS.values()])
WIDTH_UM = np.where(
    _IS_EXC[:, None],
    np.where(_IS_EXC, 127.0, 99.84),
    np.where(_IS_EXC, 96.6, 126.77),
)
"""Of the Gaussian by which the probability falls off (sigma.csv of the same model)."""

# Campagnola et al. 2022, as fitted there (psp_characterization.csv): medians in mV.
_PSP_MV = np.array(
    [
        [0.119, 0.562, 0.124, 0.224],
        [np.nan, 0.097, 0.159, 0.135],
        [0.168, 0.165, 0.181, 0.171],
        [0.434, 0.316, 0.444, 0.467],
    ]
)


def relative_strength() -> np.ndarray:
    """Return the strength of a connection over the mean of its classes, (4, 4).

    Measured resting potentials stand for conductances: differences between types in
    input resistance are neglected. Too few pairs from VIP to excitatory neurons were
    measured: they have the mean of other connections of VIP neurons.
    """
    psp = np.where(np.isnan(_PSP_MV), np.nanmean(_PSP_MV, axis=1)[:, None], _PSP_MV)
    relative = np.empty_like(psp)
    for pre in (_IS_EXC, ~_IS_EXC):
        for post in (_IS_EXC, ~_IS_EXC):
            block = np.ix_(pre, post)
            relative[block] = psp[block] / psp[block].mean()
    return relative
