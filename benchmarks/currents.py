"""Are known currents found again? A table as Markdown, of synthetic sessions.

Each row is a random network whose activity is decomposed: with and without changes of
state before each epoch, and with noise added to its activity.
"""

import argparse
import time

import numpy as np
from markdown_table import table

from minicolumn.config.theory import Network
from minicolumn.curbd.activity import HIGHEST
from minicolumn.curbd.decomposition import agreements, currents
from minicolumn.curbd.known import Known
from minicolumn.curbd.network import fit, initial_weights

BIN_S = 0.05
NETWORK = Network(tau_s=0.1, gain=1.5, passes=40)  # as in config.yaml
# Units, gain, change of state before each epoch, noise on the activity.
SESSIONS = (
    (20, 1.2, 1.0, 0.0),
    (20, 1.5, 1.0, 0.0),
    (40, 1.5, 1.0, 0.0),
    (20, 1.5, 1.0, 0.1),
    (20, 1.5, 0.0, 0.0),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=80, help="of 20 bins each")
    parser.add_argument("--networks", type=int, default=5, help="fitted to each")
    arguments = parser.parse_args()
    header = (
        *("units", "gain", "change of state", "noise", "dimension", "explained"),
        *("correlation, median", "lowest", "agreement of networks", "s"),
    )
    print(*table(header, (row(*one, arguments) for one in SESSIONS)), sep="\n")


def row(
    n: int, gain: float, kick: float, noise: float, arguments: argparse.Namespace
) -> tuple[str, ...]:
    """Return the row of one session."""
    rng = np.random.default_rng(1)
    shape = arguments.epochs, 20, n
    known = Known.draw(shape, gain, kick, BIN_S, NETWORK.tau_s, rng)
    seen = [
        (one + noise * rng.standard_normal(one.shape)).clip(-HIGHEST, HIGHEST)
        for one in known.activity.epochs
    ]
    initial = np.stack(
        [initial_weights(n, NETWORK.gain, rng) for _ in range(arguments.networks)]
    )
    started = time.monotonic()
    found = fit(seen, initial, BIN_S, NETWORK)
    took_s = time.monotonic() - started
    recovery = list(known.recovery(found).values())
    is_a = known.activity.group == "A"
    alike = [
        agreements(currents(found, to, of))
        for to in (is_a, ~is_a)
        for of in (is_a, ~is_a)
    ]
    return (
        *(f"{n}", f"{gain:g}", f"{kick:g}", f"{noise:g}", f"{known.dimension:.1f}"),
        f"{np.median(found.explained):.3f}",
        f"{np.median(recovery):.3f}",
        f"{np.min(recovery):.3f}",
        f"{np.median(alike):.3f}",
        f"{took_s:.0f}",
    )


if __name__ == "__main__":
    main()
