"""One GPU for each process, on a machine that has several.

Slurm shows each job its own device; Snakemake on a workstation shows all devices to
every job. Here, a process takes the first free device by locking a file. The kernel
releases the lock when the process ends, so a killed job also frees its device. Each
user has separate locks; two users of one machine must divide the devices by
CUDA_VISIBLE_DEVICES.
"""

import fcntl
import logging
import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from minicolumn.errors import MinicolumnError

logger = logging.getLogger(__name__)

VISIBLE = "CUDA_VISIBLE_DEVICES"
DEV = Path("/dev")
# Not TMPDIR: all jobs of a machine must use the same directory.
LOCKS = Path("/tmp")
RETRY_S = 0.5
_NO_DEVICE = {"", "-1", "NoDevFiles"}  # as CUDA and Slurm write it
_held: list[IO[str]] = []  # open for as long as the process lives


def visible_devices() -> list[str]:
    """Return the GPUs that this process may use, by their CUDA names."""
    named = os.environ.get(VISIBLE)
    if named is not None:
        devices = [device.strip() for device in named.split(",")]
        return [device for device in devices if device not in _NO_DEVICE]
    numbers = (path.name.removeprefix("nvidia") for path in DEV.glob("nvidia*"))
    return sorted((number for number in numbers if number.isdigit()), key=int)


def claim_device() -> None:
    """Take one of several GPUs for this process alone, and hide the others from it.

    Waits while all are taken. With one device or none, does nothing.

    Raises
    ------
    MinicolumnError
        If the directory of locks belongs to another user.
    """
    devices = visible_devices()
    if len(devices) < 2:
        return
    directory = _lock_directory()
    if not (device := _lock_first_free(devices, directory)):
        logger.info("all %d GPUs are taken: waiting for one", len(devices))
    while not device:
        time.sleep(RETRY_S)
        device = _lock_first_free(devices, directory)
    os.environ[VISIBLE] = device
    logger.info("this job has GPU %s", device)


def cpu_notice() -> str | None:
    """Return why simulations will run on CPU, or None if they will not."""
    if not visible_devices():
        return "No GPU is visible: simulations run on CPU, on one core each."
    if not any(find_spec(f"jax_cuda{version}_plugin") for version in (12, 13)):
        return (
            "There is a GPU, but JAX is the CPU build: simulations run on CPU. README "
            "explains how to install JAX's CUDA build."
        )
    return None


def _lock_first_free(devices: list[str], directory: Path) -> str | None:
    for device in devices:
        lock = (directory / device.replace("/", "_")).open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _held.append(lock)
        return device
    return None


def _lock_directory() -> Path:
    # Two allocations of one node may use the same number for different devices.
    allocation = os.environ.get("SLURM_JOB_ID", "machine")
    directory = LOCKS / f"minicolumn-gpus-{os.geteuid()}-{allocation}"
    directory.mkdir(mode=0o700, exist_ok=True)
    if directory.is_symlink() or directory.stat().st_uid != os.geteuid():
        raise MinicolumnError(
            f"{directory} belongs to another user, so devices cannot be allocated: "
            f"remove it, or name one device in {VISIBLE}"
        )
    return directory
