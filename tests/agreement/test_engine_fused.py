"""The engine against the same equations written by hand in C++, other noise."""

import shutil

import numpy as np
import pytest
from overlay import ROOT

PEERS = ROOT / "benchmarks/peers"
N, N_EXC = 50, 40
SEEDS, RUN_MS, WARMUP_MS = range(1, 17), 6000, 1000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("g++"), reason="there is no g++"),
]


@pytest.fixture
def replies(monkeypatch, tmp_path):
    """Runs of both engines by script."""
    monkeypatch.syspath_prepend(PEERS)
    from circuit_file import configuration, median_circuit, write
    from worker import Peer, Worker

    file = tmp_path / "circuit.npz"
    write(file, configuration(), median_circuit(configuration(), N))
    made = {}
    for script, options in (("engine_peer.py", ("1", "xla")), ("fused_peer.py", ())):
        worker = Worker(Peer(script, script, RUN_MS, options), file)
        worker.wait_until_built()
        made[script] = [worker.run(seed) for seed in SEEDS]
        worker.close()
        assert not worker.failure
    return made


def population_rates_hz(reply):
    unit, time_ms = np.array(reply["unit"]), np.array(reply["time_ms"])
    kept = unit[time_ms > WARMUP_MS]
    window_s = (RUN_MS - WARMUP_MS) / 1000
    counts = np.bincount(kept, minlength=N) / window_s
    return counts[:N_EXC].mean(), counts[N_EXC:].mean()


def test_population_rates_agree_within_noise(replies):
    ours, by_hand = (
        np.array([population_rates_hz(reply) for reply in runs])
        for runs in replies.values()
    )
    error = np.sqrt(
        (ours.var(axis=0, ddof=1) + by_hand.var(axis=0, ddof=1)) / len(ours)
    )
    assert (ours.mean(axis=0) > 3).all()
    assert (np.abs(ours.mean(axis=0) - by_hand.mean(axis=0)) < 3.5 * error).all()
