"""Where the engine runs: device, compiler flags, compilation cache."""

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import Any

from minicolumn.jobs.provenance import machine, versions

CACHE = "JAX_COMPILATION_CACHE_DIR"


def prepare(threads: int = 1) -> None:
    """Set the compiler's flags; call it before the first JAX computation of a process.

    On CPU a process uses ``threads`` cores, since circuits are spread over processes;
    512-bit vectors, where the CPU has them, are 1.6 times faster. On a GPU the device
    is shared politely: memory is taken as needed.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if "prefer_vector_width" not in flags and _has_avx512():
        flags += " --xla_cpu_prefer_vector_width=512"
    os.environ["XLA_FLAGS"] = flags.strip()
    # XLA sizes its thread pool by this variable. Left alone, every process takes all
    # cores: two of them on two cores then run at half speed each, waiting in turns.
    os.environ.setdefault("NPROC", str(threads))
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    _separate_programs_by_cpu()
    # JAX reports every kind of device that this machine lacks.
    logging.getLogger("jax").setLevel(logging.WARNING)


def _separate_programs_by_cpu() -> None:
    """Keep programs apart: one compiled for another CPU may crash (jax#38445).

    A virtual machine may hide instructions of a CPU and keep its name.
    """
    name = re.sub(r"\W+", "-", machine()["cpu"]).strip("-")
    kind = f"{name}-{hashlib.sha256(_instructions().encode()).hexdigest()[:8]}"
    if (cache := os.environ.get(CACHE)) and Path(cache).name != kind:
        os.environ[CACHE] = str(Path(cache, kind))


def _has_avx512() -> bool:
    return "avx512f" in _instructions()


def _instructions() -> str:
    """Return which instructions the CPU has, as Linux lists them; empty elsewhere."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")


def provenance(seed: int) -> dict[str, Any]:
    """Return what the spikes of this process depend on besides the configuration."""
    import jax

    device = jax.devices()[0]
    return {
        "seed": seed,
        "device": f"{device.platform}: {device.device_kind}",
        "xla_flags": os.environ.get("XLA_FLAGS", ""),
        "versions": versions("minicolumn", "jax", "jaxlib", "jaxley", "numpy"),
        "machine": machine(),
    }
