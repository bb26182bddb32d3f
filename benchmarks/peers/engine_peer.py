"""The engine of minicolumn: engine_peer.py FILE RUN_MS RUNS.

``RUNS`` runs of the circuit with different noise are simulated together, each at all
ACh levels, as in a shard of the workflow.
"""

import sys

import jax
import numpy as np
from circuit_file import read, runs as runs_of
from serve import Run, Stopwatch, serve

from minicolumn.circuits.family import family
from minicolumn.simulation import engine, equations, packing
from minicolumn.simulation.device import prepare


def main(file: str, run_ms: str, runs: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at all levels."""
    prepare()
    (cfg, circuit), n_ms = read(file), int(run_ms)
    padding = packing.padding_of(circuit)
    dynamics = family(cfg.circuits.family).dynamics
    program = equations.Program.of(dynamics, padding, n_ms, cfg)
    n_levels = len(cfg.acetylcholine.levels)

    def simulate(seed: int) -> jax.Array:
        trials = range(seed * int(runs), (seed + 1) * int(runs))
        members = runs_of(cfg, circuit, trials)
        batch = packing.pack(members, padding, dynamics, cfg)
        differences = packing.spread(members, padding, dynamics)
        counts, _ = engine.run(batch, differences, jax.random.key(cfg.seed), program)
        return counts.block_until_ready()

    def run(seed: int) -> Run:
        with Stopwatch() as timed:
            counts = simulate(seed)
        slots = packing.slots_of(circuit, padding)
        ms, unit = np.nonzero(np.asarray(counts)[:, 0, -1][:, slots])
        return Run(int(runs) * n_levels * n_ms / 1000, timed, unit, ms + 0.5)

    simulate(0)  # compile
    serve(f"JAX {jax.__version__}", run)


if __name__ == "__main__":
    main(*sys.argv[1:])
