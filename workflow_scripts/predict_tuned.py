"""Predict sessions by the circuits that were fitted to them, and check the fits."""

from minicolumn.config import Fitting
from minicolumn.config.mice import States
from minicolumn.files.store import columns_of, read_tables, write_table
from minicolumn.files.tables import (
    COHORT,
    PREDICTIONS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TUNED_CHECKS,
    TUNED_STATISTICS,
)
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.scales import training_change_scale
from minicolumn.prediction.targets import recorded_targets
from minicolumn.prediction.tuned import tuned_rows
from minicolumn.sessions.session import scored
from minicolumn.tuning.checks import check_rows
from minicolumn.tuning.fits_archive import load
from minicolumn.tuning.targets import epoch_sd

with job(snakemake):
    files, params = snakemake.input, snakemake.params
    states, settings = States(**params.states), Fitting(**params.settings)
    recorded = scored(
        read_tables(files.recorded, RECORDED_STATISTICS),
        read_tables(files.sessions, SESSIONS),
    )
    targets = recorded_targets(recorded, params.per_state_at_least)
    described = read_tables(files.described, TUNED_STATISTICS)
    scale = training_change_scale(
        read_tables(files.simulated, SIMULATED_STATISTICS),
        SplitRule(params.seed, **params.split),
        states,
    )
    predictions = tuned_rows(
        described, params.start, targets, states, scale, params.seed
    )
    checks = check_rows(
        [target.session for target in targets],
        dict(map(load, files.fits)),
        described,
        epoch_sd(read_tables(files.cohort, COHORT), settings),
        settings,
    )
    for path, schema, rows in (
        (snakemake.output.predictions, PREDICTIONS, predictions),
        (snakemake.output.checks, TUNED_CHECKS, checks),
    ):
        write_table(path, schema, columns_of(list(rows), schema.names))
