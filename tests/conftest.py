import copy
from pathlib import Path

import pytest
import yaml

from minicolumn.config import parse_config
from minicolumn.simulate.device import prepare

ROOT = Path(__file__).parents[1]

prepare()


@pytest.fixture(scope="session")
def settings():
    """The values of config.yaml, as a fresh copy on each call."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    return lambda: copy.deepcopy(values)


@pytest.fixture(scope="session")
def cfg(settings):
    return parse_config(settings())
