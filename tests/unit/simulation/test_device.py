"""What a process sets before it compiles anything."""

import os
from pathlib import Path

from minicolumn.simulation import device


def test_compiled_programs_are_kept_apart_by_the_kind_of_cpu(monkeypatch, tmp_path):
    """A program for another CPU may end the process (jax issue 38445)."""
    found = []
    for cpu in ("Xeon(R) Gold 6230 @ 2.1 GHz", "AMD EPYC 7742", "AMD EPYC 7742"):
        monkeypatch.setenv(device.CACHE, str(tmp_path))
        monkeypatch.setattr(device, "machine", lambda cpu=cpu: {"cpu": cpu})
        device.prepare()
        found.append(os.environ[device.CACHE])
        device.prepare()  # once more changes nothing
        assert os.environ[device.CACHE] == found[-1]
    # A virtual machine that hides instructions keeps the name of its CPU.
    monkeypatch.setenv(device.CACHE, str(tmp_path))
    monkeypatch.setattr(device, "_instructions", lambda: "flags: sse2")
    device.prepare()
    found.append(os.environ[device.CACHE])
    assert found[0] != found[1] == found[2] != found[3]
    assert all(Path(one).parent == tmp_path for one in found)


def test_without_a_cache_there_is_none(monkeypatch):
    monkeypatch.delenv(device.CACHE, raising=False)
    device.prepare()
    assert device.CACHE not in os.environ
