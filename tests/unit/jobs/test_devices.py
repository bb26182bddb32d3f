"""Devices are shared out by processes, so processes are what these tests start."""

import os
import signal
import subprocess
import sys
import time

import pytest

from minicolumn.errors import MinicolumnError
from minicolumn.jobs import devices
from minicolumn.jobs.devices import cpu_notice, visible_devices

CLAIM = """
import os, sys, time
from pathlib import Path
from minicolumn.jobs import devices
devices.LOCKS, devices.RETRY_S = Path(sys.argv[1]), 0.01
devices.claim_device()
print(os.environ["CUDA_VISIBLE_DEVICES"], flush=True)
time.sleep(60)
"""


@pytest.fixture
def claim(tmp_path):
    """Return a function that starts a process which takes a device and keeps it."""
    processes = []

    def start(visible):
        process = subprocess.Popen(
            [sys.executable, "-c", CLAIM, str(tmp_path)],
            env=os.environ | {"CUDA_VISIBLE_DEVICES": visible},
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def device_of(process):
    return process.stdout.readline().strip()


def test_each_process_has_a_device_of_its_own(claim):
    jobs = [claim("0,1,2,3") for _ in range(4)]
    assert sorted(map(device_of, jobs)) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_job_frees_its_device_for_one_that_waits(claim, how):
    jobs = {device_of(job): job for job in (claim("0,1"), claim("0,1"))}
    waiting = claim("0,1")
    time.sleep(0.5)
    jobs["1"].send_signal(how)
    assert device_of(waiting) == "1"


def test_devices_keep_the_names_that_cuda_gave_them(claim):
    names = "GPU-8932f937,MIG-GPU-8932f937/1/0"
    assert {device_of(claim(names)) for _ in range(2)} == set(names.split(","))


def test_one_device_was_chosen_by_slurm_or_the_user_and_is_not_locked(claim):
    assert [device_of(claim("2")) for _ in range(2)] == ["2", "2"]


@pytest.mark.parametrize("named", ["", "-1", "NoDevFiles"])
def test_no_device_is_no_device(monkeypatch, named):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert visible_devices() == []
    assert "CPU" in cpu_notice()


def test_unless_told_devices_are_those_of_the_driver(monkeypatch, tmp_path):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(devices, "DEV", tmp_path)
    for name in ("nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    assert visible_devices() == ["2", "10"]


def test_a_gpu_without_jax_for_it_is_told(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setattr(devices, "find_spec", lambda _name: None)
    assert "JAX is the CPU build" in cpu_notice()
    monkeypatch.setattr(devices, "find_spec", lambda _name: object())
    assert cpu_notice() is None


def test_locks_in_a_directory_of_somebody_else_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "LOCKS", tmp_path)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    ours = tmp_path / f"minicolumn-gpus-{os.geteuid()}-machine"
    (tmp_path / "theirs").mkdir()
    ours.symlink_to(tmp_path / "theirs")
    with pytest.raises(MinicolumnError, match="belongs to another user"):
        devices.claim_device()
