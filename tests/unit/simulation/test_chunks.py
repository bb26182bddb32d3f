import pytest
from bare import bare_circuit
from hypothesis import given, strategies as st

from minicolumn.circuits.conditions import Condition
from minicolumn.simulation.chunks import chunks
from minicolumn.simulation.engines import FUSED, XLA
from minicolumn.simulation.packing import padding_of
from minicolumn.simulation.runs import Run


class FakeCpu:
    platform = "cpu"


class FakeGpu:
    platform = "gpu"

    def __init__(self, free_bytes):
        self.free_bytes = free_bytes

    def memory_stats(self):
        return {"bytes_limit": self.free_bytes + 100, "bytes_in_use": 100}


def runs_under(n_conditions, n_runs):
    conditions = (Condition(),) * n_conditions
    return [Run(bare_circuit(40, 10), trial, conditions) for trial in range(n_runs)]


@pytest.mark.parametrize(("n_conditions", "largest"), [(11, 8), (1, 88), (200, 1)])
def test_a_chunk_fits_into_the_cache_of_a_cpu(n_conditions, largest):
    size = XLA.chunk_size(runs_under(n_conditions, largest * 10), 1000, FakeCpu())
    assert size == largest
    assert XLA.chunk_size(runs_under(n_conditions, 1), 1000, FakeCpu()) == 1


@pytest.mark.parametrize("n_ms", [1000, 11_000])
def test_a_chunk_fits_into_half_of_a_devices_free_memory(n_ms):
    runs = runs_under(11, 5000)
    size = XLA.chunk_size(runs, n_ms, FakeGpu(4 * 2**30))
    raster_bytes = size * 11 * 64 * n_ms
    assert 0.8 * 2**30 < raster_bytes < 2 * 2**30
    assert XLA.chunk_size(runs[:20], n_ms, FakeGpu(4 * 2**30)) == 20
    assert XLA.chunk_size(runs, n_ms, FakeGpu(1000)) == 1


def test_events_take_less_room_than_a_raster():
    runs = runs_under(11, 5000)
    gpu = FakeGpu(4 * 2**30)
    assert FUSED.chunk_size(runs, 11_000, gpu) > XLA.chunk_size(runs, 11_000, gpu)


sizes = st.lists(st.integers(5, 120), min_size=1, max_size=60)


@given(sizes=sizes, size=st.integers(1, 9))
def test_every_run_is_in_one_chunk_that_holds_it(sizes, size):
    circuits = [bare_circuit(n - n // 5, n // 5) for n in sizes]
    runs = [Run(circuit, trial) for trial, circuit in enumerate(circuits)]
    found = list(chunks(runs, size, padding_of))
    members = [run.trial for members, _ in found for run in members]
    assert sorted(members) == list(range(len(sizes)))
    assert [len(members) for members, _ in found[:-1]] == [size] * (len(found) - 1)
    for members, padding in found:
        assert len(members) <= size
        assert all(padding.holds(run.circuit) for run in members)
