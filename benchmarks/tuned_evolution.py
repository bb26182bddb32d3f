"""CMA-ES on parameters of the prior, from an environment of its own."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tuned_fits import reached
from tuned_gradient import Bar
from tuned_mice import ROOT, configuration, mice, starts

from minicolumn.circuits.circuit import Circuit
from minicolumn.tuning.parametric import Distance


def evolution(n_mice: int, seed: int, generations: int) -> Iterator[Bar]:
    """Yield how near CMA-ES comes on parameters of the prior, or that it is missing."""
    cfg, judged = configuration(), mice(n_mice, seed)
    python, name = ROOT / ".venv-peers/bin/python", "rest z, CMA-ES, prior draw"
    if not python.exists():
        yield Bar(name, "baseline", "not installed: .venv-peers is missing", None)
        return
    started, found = time.process_time(), []
    for mouse in judged:
        (row,) = starts("prior", 1, mouse.session)
        given = mouse.targets, cfg.tuned, cfg.statistics, cfg
        found += searched(Distance.of(row, *given), python, generations)
    each = (time.process_time() - started) / len(judged)
    after = [
        mouse.distance(one) for mouse, one in zip(judged, reached(found), strict=True)
    ]
    told = f"{np.median(after):.2f} ({len(judged)} mice; {each:.0f} core s a mouse)"
    yield Bar(name, "baseline", told, None)


def searched(distance: Distance, python: Path, generations: int) -> list[Circuit]:
    """Return the circuit that CMA-ES ends with, in an environment of its own."""
    peer = subprocess.Popen(
        [python, ROOT / "benchmarks/peers/cma_peer.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert peer.stdin is not None
    assert peer.stdout is not None
    given = {"start": distance.start.tolist(), "sd": 0.5, "seed": 1}
    more = {"population": 12, "generations": generations}
    peer.stdin.write(json.dumps(given | more) + "\n")
    peer.stdin.flush()
    for line in peer.stdout:
        proposed = np.array(json.loads(line))
        if len(proposed) == 1:
            peer.communicate()
            return distance.circuits(proposed)
        loss = (distance.residuals(proposed) ** 2).sum(axis=1)
        peer.stdin.write(json.dumps(loss.tolist()) + "\n")
        peer.stdin.flush()
    raise SystemExit("CMA-ES ended without a word")
