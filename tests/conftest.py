import copy
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import settings as hypothesis_settings

from minicolumn.config import parse_config
from minicolumn.simulate.device import prepare

ROOT = Path(__file__).parents[1]

prepare()
# Machines are noisy, and a first call compiles: no test asserts a time.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")


def pytest_collection_modifyitems(items):
    """With several workers, keep together what shares a fixture; longest first.

    Tests of the workflow share one finished run, those of Slurm one machine.
    """
    together = ("workflow", "cluster")

    def place(item):
        return item.path.relative_to(ROOT / "tests").parts[0]

    for item in items:
        group = place(item) if place(item) in together else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: place(item) not in together)


@pytest.fixture(scope="session")
def settings():
    """The values of config.yaml, as a fresh copy on each call."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    return lambda: copy.deepcopy(values)


@pytest.fixture(scope="session")
def cfg(settings):
    return parse_config(settings())


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
