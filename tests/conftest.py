import copy
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import settings as hypothesis_settings

from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.simulation.device import CACHE, prepare

ROOT = Path(__file__).parents[1]

# All tests, and all jobs of workflows in them, share compiled programs with the
# workflow in this checkout, and keep also those that take a moment to compile.
os.environ.setdefault(CACHE, str(ROOT / ".cache/jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
prepare()
# Tests run side by side: threads of theirs would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Machines are noisy, and a first call compiles: no test asserts a time.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")


TOGETHER = ("tests/workflow/", "tests/cluster/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With several workers, keep together what shares a fixture.

    Tests of the workflow share one finished run, those of Slurm one machine, others a
    file. (xdist's own groups are lost with pytest 9.2: pytest-xdist issue 1386.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFixture(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            folder = (one for one in TOGETHER if nodeid.startswith(one))
            return next(folder, nodeid.partition("::")[0])

    return ByFixture(config, log)


def pytest_collection_modifyitems(items):
    """Begin with what takes longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


@pytest.fixture(scope="session")
def settings():
    """The values of config.yaml, as a fresh copy on each call."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    return lambda: copy.deepcopy(values)


@pytest.fixture(scope="session")
def cfg(settings):
    return parse_config(settings())


@pytest.fixture(scope="session")
def of_types(settings):
    """The configuration of circuits of the family v1_types."""
    return parse_config(settings_of(settings(), {"circuits": {"family": "v1_types"}}))


@pytest.fixture(scope="session")
def of_column(settings):
    """The configuration of circuits of the family pd14."""
    return parse_config(settings_of(settings(), {"circuits": {"family": "pd14"}}))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    try:
        mounted = (
            subprocess.run(mount, capture_output=True, check=False).returncode == 0
        )
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small file system needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
