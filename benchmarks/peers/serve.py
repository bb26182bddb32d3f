"""What every peer does: build once, then run on request, one line of JSON each way.

A request is a noise seed. The reply says what was simulated, how long it took, and the
spikes of the circuit at the highest ACh level.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Run(NamedTuple):
    """One run of a peer; ``timed`` has left its block. Spikes only where asked for."""

    simulated_s: float
    timed: "Stopwatch"
    unit: Any = ()
    time_ms: Any = ()


class Stopwatch:
    """Measures a ``with`` block: wall time, and time of the cores that it used."""

    def __enter__(self):
        self.wall_s, self.core_s = -time.perf_counter(), -_core_s()
        return self

    def __exit__(self, *_):
        self.wall_s += time.perf_counter()
        self.core_s += _core_s()


def _core_s() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def serve(description: str, run: Callable[[int], Run]) -> None:
    """Say what this peer is, then answer requests until there are no more."""
    print(json.dumps({"description": description}), flush=True)
    for line in sys.stdin:
        done = run(json.loads(line)["seed"])
        reply = {
            "simulated_s": done.simulated_s,
            "wall_s": done.timed.wall_s,
            "core_s": done.timed.core_s,
            "unit": np.asarray(done.unit).tolist(),
            "time_ms": np.asarray(done.time_ms).tolist(),
        }
        print(json.dumps(reply), flush=True)
