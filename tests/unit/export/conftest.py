"""An exported data set."""

import pytest
from small_run import DURATION_S, LEVELS, N_UNITS, write_run

from minicolumn.export.dataset import export
from minicolumn.export.facts import Run


@pytest.fixture(scope="session")
def run_of():
    """Return a function that says what a configuration would."""

    def run_of(**changed):
        values = {
            **{"name": "small", "title": "Small, for tests: 1", "own_license": "mit"},
            **{"seed": 7, "levels": LEVELS, "duration_s": DURATION_S},
            **{"n_units": N_UNITS, "imported": False, "family": "ei"},
        }
        return Run(**{**values, **changed})

    return run_of


@pytest.fixture(scope="session")
def exported(tmp_path_factory, cfg, run_of):
    """Return a function that exports a small run, and where to."""

    def exported(name, origin="synthetic", **changed):
        directory = tmp_path_factory.mktemp(name)
        made = write_run(directory / "run", cfg.prior, origin=origin)
        out = directory / "export"
        export(out, run_of(**changed), made.tables, made.surrogates, made.scores)
        return made, out

    return exported


@pytest.fixture(scope="session")
def dataset(exported):
    return exported("dataset")
