"""Speed of the engine beside Jaxley's own integration of the same circuit, in one run.

Prints simulated seconds per wall second of one process, after compilation, and their
ratio. Jaxley runs the same circuit at the same ACh levels through `jx.integrate`.
"""

import time
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np
import yaml

from minicolumn.circuit.acetylcholine import effect_of
from minicolumn.circuit.prior import sample_parameters
from minicolumn.circuit.wiring import Circuit, build_circuit
from minicolumn.config import Config, parse_config
from minicolumn.simulate import engine, packing
from minicolumn.simulate.device import prepare
from minicolumn.simulate.reference import build_network, integrator

ROOT = Path(__file__).parents[1]
CIRCUITS, ENGINE_MS, JAXLEY_MS, REPEATS = 8, 1000, 200, 3


def main() -> None:
    """Print one row per circuit size."""
    prepare()
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    print(f"{jax.devices()[0].device_kind}, float32, dt {cfg.simulation.dt_ms} ms")
    print("simulated s per wall s, best of", REPEATS)
    print(f"{'N':>4} {'engine':>8} {'Jaxley':>8} {'ratio':>7}")
    for n in (20, 50, 100):
        circuits = [circuit_of(cfg, circuit_id, n) for circuit_id in range(CIRCUITS)]
        ours, jaxley = engine_speed(cfg, circuits), jaxley_speed(cfg, circuits[0])
        print(f"{n:4} {ours:8.1f} {jaxley:8.2f} {ours / jaxley:6.0f}x")


def circuit_of(cfg: Config, circuit_id: int, n: int) -> Circuit:
    """Return a circuit of the prior, but of ``n`` neurons."""
    parameters = sample_parameters(cfg.prior, cfg.seed, circuit_id) | {"n_neurons": n}
    return build_circuit(circuit_id, parameters, cfg.wiring, cfg.background, cfg.seed)


def best_wall_s(run: Callable[[], object]) -> float:
    """Return the shortest of some runs, after one that compiles."""
    run()
    walls = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        walls.append(time.perf_counter() - started)
    return min(walls)


def engine_speed(cfg: Config, circuits: list[Circuit]) -> float:
    """Return simulated seconds per wall second of the batched engine."""
    levels = cfg.acetylcholine.levels
    padding = packing.padding_of(circuits[0])
    arguments = (
        packing.pack(circuits, padding, cfg),
        packing.spread_levels(
            effect_of("combined", levels, cfg.acetylcholine), padding
        ),
        jax.random.key(cfg.seed),
    )

    def run() -> None:
        counts, _ = engine.run(
            *arguments, padding=padding, n_ms=ENGINE_MS, dt_ms=cfg.simulation.dt_ms
        )
        counts.block_until_ready()

    return len(circuits) * len(levels) * ENGINE_MS / 1000 / best_wall_s(run)


def jaxley_speed(cfg: Config, circuit: Circuit) -> float:
    """Return simulated seconds per wall second of ``jx.integrate``, level by level."""
    levels = cfg.acetylcholine.levels
    effect = effect_of("combined", levels, cfg.acetylcholine)
    steps = round(JAXLEY_MS / cfg.simulation.dt_ms)
    noise = np.random.default_rng(0).standard_normal((steps, circuit.n))
    background = circuit.drive_nA + circuit.noise_fast_nA * noise
    run = integrator(
        build_network(circuit, cfg.neurons, cfg.synapses),
        circuit,
        cfg.neurons,
        cfg.simulation.dt_ms,
    )
    return len(levels) * JAXLEY_MS / 1000 / best_wall_s(lambda: run(effect, background))


if __name__ == "__main__":
    main()
