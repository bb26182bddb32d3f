"""Write SYNTHETIC tables of a connectome: nobody measured them.

python docs/connectome/synthetic.py DIRECTORY N

makes DIRECTORY/synthetic_neurons.csv (neuron,type) and synthetic_connections.csv
(pre,post,synapses) of N neurons in a cube, of four cell types. Their names are those of
the types of no published table.
"""

import sys
from pathlib import Path

import numpy as np

from minicolumn.circuits.v1_types.measured import PEAK_PROBABILITY, WIDTH_UM

SHARES = {"synth_pyr": 0.80, "synth_Vip": 0.06, "synth_Sst": 0.06, "synth_Pvalb": 0.08}
CUBIC_MM_PER_NEURON = 1e-5
MEAN_SYNAPSES = 3.0


def connections(n: int, seed: int = 0):
    """Return types (n,), and pre, post and number of synapses of each connection.

    Connections are as probable as those of the family v1_types, and the number of
    synapses is geometric.
    """
    rng = np.random.default_rng(seed)
    kind = np.searchsorted(np.cumsum([*SHARES.values()][:-1]), rng.random(n), "right")
    side_um = 1e3 * np.cbrt(n * CUBIC_MM_PER_NEURON)
    place = rng.random((n, 3)) * side_um
    pre, post = np.nonzero(~np.eye(n, dtype=bool))
    between = kind[pre], kind[post]
    distance = np.linalg.norm(place[pre] - place[post], axis=1) / WIDTH_UM[between]
    probability = PEAK_PROBABILITY[between] * np.exp(-(distance**2) / 2)
    joined = rng.random(pre.size) < probability
    synapses = rng.geometric(1 / MEAN_SYNAPSES, joined.sum())
    return np.array([*SHARES])[kind], pre[joined], post[joined], synapses


def write(directory: Path, n: int) -> None:
    """Write both tables; identities of neurons are large, as in published tables."""
    types, pre, post, synapses = connections(n)
    ids = 864_691_000_000_000 + 7 * np.arange(n)
    directory.mkdir(parents=True, exist_ok=True)
    for name, header, columns in (
        ("neurons", "neuron,type", (ids, types)),
        ("connections", "pre,post,synapses", (ids[pre], ids[post], synapses)),
    ):
        rows = (",".join(map(str, row)) for row in zip(*columns, strict=True))
        path = directory / f"synthetic_{name}.csv"
        path.write_text("\n".join([header, *rows]) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
