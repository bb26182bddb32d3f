"""Small tables of recorded statistics, made to order, and a browser."""

import os
import shutil

import numpy as np
import pyarrow as pa
import pytest
from playwright.sync_api import sync_playwright

from minicolumn.files.tables import RECORDED_STATISTICS
from minicolumn.statistics.names import STATISTIC_NAMES

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium: make browser")
    # Chromium refuses its sandbox to root, and a sandbox within a container.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def recorded():
    """Return a function: {(session, state): epochs x 11} to the recorded table.

    The states of a session take turns, so that every epoch is a bout, as long as there
    are epochs of both.
    """

    def make(epochs):
        rows = []
        for (session, state), values in epochs.items():
            for epoch, row in enumerate(np.atleast_2d(values)):
                rows.append(
                    {
                        "session_id": session,
                        "epoch": epoch,
                        "state": state,
                        "duration_s": 10.0,
                        "n_units": 25,
                        **{
                            name: None if np.isnan(x) else float(x)
                            for name, x in zip(STATISTIC_NAMES, row, strict=True)
                        },
                    }
                )
        rows.sort(key=lambda row: (row["session_id"], row["epoch"]))
        return pa.Table.from_pylist(rows, schema=RECORDED_STATISTICS.arrow())

    return make
