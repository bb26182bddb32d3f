"""What surrounds a run and would change its results, or break all of its jobs."""

import os
from pathlib import Path

import minicolumn
from minicolumn.errors import ConfigError

_PLATFORMS = {"", "cpu", "gpu", "cuda", "rocm", "tpu"}


def check_environment(checkout: Path) -> None:
    """Refuse variables that other programs may need, but this one cannot have.

    Raises
    ------
    ConfigError
        With the variable, or with the place of another copy of this package.
    """
    if os.environ.get("JAX_ENABLE_X64", "0").lower() not in ("", "0", "false", "off"):
        raise ConfigError(
            "JAX_ENABLE_X64 is set, and simulations are computed in 32 bits, as they "
            "were checked: unset it"
        )
    platforms = os.environ.get("JAX_PLATFORMS", "")
    if unknown := sorted({*platforms.lower().split(",")} - _PLATFORMS):
        raise ConfigError(
            f"JAX_PLATFORMS={platforms!r} names {unknown[0]!r}, which JAX does not "
            "have: unset it, or set it to cpu or cuda"
        )
    flags = os.environ.get("XLA_FLAGS", "")
    if wrong := [flag for flag in flags.split() if not flag.startswith("--xla_")]:
        raise ConfigError(
            f"XLA_FLAGS contains {wrong[0]!r}, at which XLA ends every job: unset it, "
            "or correct it; flags begin with --xla_"
        )
    found, own = Path(minicolumn.__file__).resolve().parents[1], checkout / "src"
    if own.is_dir() and found != own.resolve():
        raise ConfigError(
            f"minicolumn is imported from {found}, and not from this checkout: unset "
            "PYTHONPATH, or run `make setup` here"
        )


def look_first_in(directory: Path) -> None:
    """Let this process and all that it starts look for programs here first."""
    os.environ["PATH"] = os.pathsep.join([str(directory), os.environ.get("PATH", "")])
