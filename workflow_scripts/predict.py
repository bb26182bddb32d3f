"""Predict sessions and held-out mice, by the method and by every control."""

from pydantic import TypeAdapter

from minicolumn.config.base import Between
from minicolumn.config.circuits import Prior
from minicolumn.config.mice import Level, States
from minicolumn.files.store import read_table, read_tables, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    COHORT,
    OBSERVED_CHANGES,
    PREDICTIONS,
    PREDICTIVE_CHECKS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.inference.circuits.posterior_archive import load as load_posterior
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.predictive_check import errors_of_observation
from minicolumn.prediction.study import Assumptions, Study
from minicolumn.prediction.targets import held_out_targets, recorded_targets
from minicolumn.sessions.session import scored
from minicolumn.surrogates.archive import load

with job(snakemake):
    params = snakemake.params
    least = params.per_state_at_least
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    rule = SplitRule(params.seed, **params.split)
    cohort = read_tables(snakemake.input.cohort, COHORT)
    mice = held_out_targets(cohort, rule, params.held_out_mice, least)
    study = Study.of(
        read_tables(snakemake.input.circuits, CIRCUITS),
        read_tables(snakemake.input.simulated, SIMULATED_STATISTICS),
        TypeAdapter(Prior).validate_python(params.prior),
        load_posterior(snakemake.input.posterior),
        Assumptions(
            States(**params.states),
            Level(**params.rest),
            Between(**params.rises),
            rule,
            params.nearest_circuits,
            params.draws,
            params.seed,
        ),
    )
    predictions, checks = study.predictions(
        map(load, snakemake.input.surrogates),
        recorded_targets(recorded, least) + mice,
        errors_of_observation(read_table(snakemake.input.observed, OBSERVED_CHANGES)),
    )
    write_table(snakemake.output.predictions, PREDICTIONS, predictions)
    write_table(snakemake.output.checks, PREDICTIVE_CHECKS, checks)
