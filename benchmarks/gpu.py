"""The fused engine on a CUDA GPU: agreement, company, speed, and the published size.

Prints one JSON document: every number in docs/performance.md on GPUs is one of its
fields. Needs a GPU of compute capability 8.0 or later; gpu.py [CIRCUITS].
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
import numpy as np

from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics, parse_config
from minicolumn.files.store import read_parts, write_parts
from minicolumn.files.tables import SIMULATIONS
from minicolumn.simulation import engine, engines, equations, fused, packing
from minicolumn.simulation.device import prepare
from minicolumn.simulation.fused_kernel import How
from minicolumn.simulation.runs import Run, runs_at_levels
from minicolumn.simulation.shard import simulate_shard
from minicolumn.simulation.simulate import simulate
from minicolumn.statistics.windows import describe_parts
from minicolumn.yaml_files import merge, read_yaml

ROOT = Path(__file__).parents[1]
MECHANISMS = "synaptic", "depolarizing", "combined"
PROCESSES = 4  # that describe a shard
RUN_MS = 4000  # long beside what is done once per call
HORIZONS_MS = 100, 500, 1000
FORMS = {  # what differs from the default configuration
    "default": {},
    "static release": {"synapses": {"release": "static"}},
    "NMDA": {"synapses": {"nmda": {"ratio": 0.5}}},
    "0.5 ms transmission": {"synapses": {"transmission_ms": 0.5}},
    "own noise": {"simulation": {"common_noise": False}},
}


def main() -> None:
    """Measure everything and print it, part by part as it is done."""
    prepare()
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    device = jax.devices()[0]
    said = {"device": device.device_kind, "jax": jax.__version__}
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "shard": lambda: shard(n),
        "published": lambda: published(n),
        "speed": speed,
        "company": company,
        "agreement": agreement,
    }
    for name, part in parts.items():
        started = time.monotonic()
        found = part()
        print(name, f"{time.monotonic() - started:.1f} s", flush=True)
        print(json.dumps(said | found), flush=True)


def physics(changes: dict[str, Any], **simulation: Any) -> Physics:
    """Return the physics of config.yaml with changes."""
    config = read_yaml(ROOT / "config.yaml")
    merge(config, changes)
    merge(config, {"simulation": simulation})
    return Physics(**parse_config(config).physics())


def circuits_of(of: Physics, n: int) -> list[Circuit]:
    """Return the first circuits of the prior."""
    return build_circuits(parameter_rows(of.prior, of.seed, range(n)), of)


def agreement() -> dict[str, Any]:
    """Compare spikes with those of the XLA engine on the CPU, form by form."""
    found = {}
    for (form, changes), mechanism in product(FORMS.items(), MECHANISMS):
        if form != "default" and mechanism != "combined":
            continue
        of = physics(changes, warmup_s=0.0)
        runs = runs_at_levels(circuits_of(of, 8), mechanism, of)
        ours = spikes(runs, of, 1.0)
        with jax.default_device(jax.devices("cpu")[0]):
            reference = spikes(runs, of, 1.0)
        found[f"{form}, {mechanism}"] = {
            horizon: _shared(ours, reference, horizon) for horizon in HORIZONS_MS
        }
    return {"spikes in both of all": found}


def spikes(runs: Sequence[Run], of: Physics, duration_s: float) -> dict[Any, Any]:
    """Return {circuit, place: spikes as (ms, unit)}; JAX's default device decides."""
    chosen = getattr(jax.config, "jax_default_device")  # noqa: B009  # has no type
    device = chosen or jax.devices()[0]
    wanted = "xla" if device.platform == "cpu" else "fused"
    simulation = of.simulation.model_copy(update={"engine": wanted})
    of = of.model_copy(update={"simulation": simulation})
    return {
        (s.circuit.circuit_id, s.place): set(
            zip(s.time_ms.tolist(), s.unit.tolist(), strict=True)
        )
        for s in simulate(runs, of, duration_s=duration_s, chunk=len(runs))
    }


def _shared(ours: dict, theirs: dict, horizon_ms: float) -> str:
    both = either = 0
    for key, found in ours.items():
        a, b = (
            {s for s in spikes if s[0] < horizon_ms} for spikes in (found, theirs[key])
        )
        both, either = both + len(a & b), either + len(a | b)
    return f"{both} of {either}"


def company() -> dict[str, Any]:
    """Say whether a circuit's spikes are the same alone, in a batch, in more room."""
    of = physics({})
    small = [c for c in circuits_of(of, 64) if c.n <= 64]
    runs = runs_at_levels(small, "combined", of)
    alone = engines.FUSED.integrate(runs[:1], packing.Padding(51, 13), 2000, of)
    batch = engines.FUSED.integrate(runs, packing.Padding(51, 13), 2000, of)
    wide = engines.FUSED.integrate(runs[:1], packing.Padding(102, 26), 2000, of)

    def same(one: engines.Integrated, other: engines.Integrated, shift: int) -> bool:
        pairs = [(one.events(0, at), other.events(0, at)) for at in range(11)]
        return all(
            np.array_equal(a[0], b[0])
            and np.array_equal(np.where(a[1] < 51, a[1], a[1] + shift), b[1])
            for a, b in pairs
        )

    return {
        "same alone and in a batch": same(alone, batch, 0),
        "same under a wider padding": same(alone, wide, 102 - 51),
    }


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds of the first call, and of the faster of two more."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        jax.block_until_ready(work())
        taken.append(time.perf_counter() - started)
    return taken[0], min(taken[1:])


def speed() -> dict[str, Any]:
    """Measure simulated seconds per second of both engines on the same circuits."""
    of = physics({}, warmup_s=0.0)
    drawn = circuits_of(of, 2600)
    dynamics, root = family(of.circuits.family).dynamics, jax.random.key(of.seed)
    found = {}
    for padding, lower in (
        (packing.Padding(51, 13), 0),
        (packing.Padding(102, 26), 64),
    ):
        of_size = [c for c in drawn if lower < c.n <= sum(padding)][:1024]
        runs = runs_at_levels(of_size, "combined", of)
        simulated_s = 11 * len(runs) * RUN_MS / 1000
        program = equations.Program.of(dynamics, padding, RUN_MS, of)
        batch = packing.pack(runs, padding, dynamics, of)
        differences = packing.spread(runs, padding, dynamics)
        for warps in (1, 2):
            first, again = timed(
                lambda w=warps, d=differences, b=batch, p=program: fused.run(
                    b, d, root, p, How(0, 8192, w)
                )
            )
            found[f"fused, {sum(padding)} places, {warps} warps"] = {
                "simulated s per s": round(simulated_s / again),
                "compile s": round(first - again, 1),
            }
        first, again = timed(
            lambda d=differences, b=batch, p=program: engine.run(b, d, root, p)
        )
        found[f"xla, {sum(padding)} places"] = {
            "simulated s per s": round(simulated_s / again),
            "compile s": round(first - again, 1),
        }
    return {"speed": found}


def published(n: int) -> dict[str, Any]:
    """Simulate ``n`` circuits at all levels under each mechanism, as a shard does."""
    of = physics({})
    started = time.perf_counter()
    circuits = circuits_of(of, n)
    found: dict[str, Any] = {"build s": round(time.perf_counter() - started, 1)}
    for mechanism in MECHANISMS:
        started = time.perf_counter()
        rates = np.zeros((n, 11))
        outcomes: dict[str, int] = {}
        n_spikes = 0
        for s in simulate(runs_at_levels(circuits, mechanism, of), of):
            outcomes[str(s.outcome)] = outcomes.get(str(s.outcome), 0) + 1
            rates[s.circuit.circuit_id, s.place] = s.unit.size / s.circuit.n / 10
            n_spikes += s.unit.size
        found[mechanism] = {
            "wall s": round(time.perf_counter() - started, 1),
            "outcomes": outcomes,
            "spikes": n_spikes,
            "median change Hz": round(float(np.median(rates[:, -1] - rates[:, 0])), 3),
        }
    return {f"{n} circuits": found}


def shard(n: int) -> dict[str, Any]:
    """Write the table of ``n`` circuits, then describe it with `PROCESSES`."""
    of = physics({})
    rows = parameter_rows(of.prior, of.seed, range(n))
    with TemporaryDirectory() as directory:
        path = Path(directory) / "shard.parquet"
        times = [time.perf_counter()]
        write_parts(path, SIMULATIONS, simulate_shard(rows, "combined", of))
        times.append(time.perf_counter())
        parts = read_parts(path, SIMULATIONS)
        matching = parse_config(read_yaml(ROOT / "config.yaml")).statistics
        described = describe_parts(parts, matching, of.seed, PROCESSES)
        windows = sum(len(columns["level"]) for columns in described)
        times.append(time.perf_counter())
        size = path.stat().st_size
    simulate_s, describe_s = np.diff(times).round(1).tolist()
    return {
        f"shard of {n} circuits": {
            "simulate and write s": simulate_s,
            f"describe with {PROCESSES} processes s": describe_s,
            "windows": windows,
            "MB": round(size / 1e6),
        }
    }


if __name__ == "__main__":
    main()
