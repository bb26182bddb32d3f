"""Checking extensions when a run is planned, without making plans slow.

What an extension does is known when it is called, and that needs JAX and more, which a
plan has no time to import. So a process of its own calls it, once for each version of
the files, of the configuration and of the code that calls them.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from minicolumn.config import Config
from minicolumn.errors import ExtensionError
from minicolumn.jobs.digest import code_digest

PASSED = Path(".cache/extensions")
"""Empty files, each named by the digest of what was checked and found good."""


def check_extensions(cfg: Config) -> None:
    """Call all that the files of ``extensions`` add, unless that has been done.

    Raises
    ------
    ExtensionError
        With a line for each fault: file, line, name, what it was called with, and what
        it raised or returned.
    """
    if not cfg.extensions:
        return
    passed = PASSED / _digest(cfg)
    if passed.exists():
        return
    run = subprocess.run(
        [sys.executable, "-m", "minicolumn.extension_checks"],
        # A login node has no GPU, or one for others.
        env=os.environ | {"JAX_PLATFORMS": "cpu"},
        input=cfg.model_dump_json(),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        last = run.stderr.strip().rpartition("\n")[2]
        ended = f"checking them ended with exit status {run.returncode}: {last}"
        raise ExtensionError(
            "extensions cannot be used:\n" + (run.stdout.rstrip() or f"  {ended}")
        )
    with suppress(OSError):  # then they are checked again
        PASSED.mkdir(parents=True, exist_ok=True)
        passed.touch()


def _digest(cfg: Config) -> str:
    caller = Path(__file__).with_name("calls.py")
    parts = [code_digest(caller, cfg.extensions), cfg.model_dump_json()]
    if cfg.recordings.are_added:
        stats = (path.stat() for path in cfg.recordings.own_files.values())
        parts += (f"{one.st_size} {one.st_mtime_ns}" for one in stats)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
