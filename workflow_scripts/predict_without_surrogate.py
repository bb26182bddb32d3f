"""Predict each session's change from simulations alone, without a surrogate."""

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.analysis import States
from minicolumn.files.store import read_tables, write_table
from minicolumn.files.tables import (
    RECORDED_STATISTICS,
    REFERENCES,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.jobs.job import job_log
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.bank import SimulatedCircuits
from minicolumn.prediction.references import predict_without_surrogate
from minicolumn.prediction.scales import simulated_scale
from minicolumn.sessions.session import Observed, scored, sessions_of

with job_log(snakemake.log[0]):
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    simulated = read_tables(snakemake.input.simulated, SIMULATED_STATISTICS)
    states = States(**snakemake.params.states)
    split = SplitRule(snakemake.params.seed, **snakemake.params.split)
    columns = predict_without_surrogate(
        {
            mechanism: SimulatedCircuits.of(simulated, mechanism, states).split(
                split, "train"
            )
            for mechanism in MECHANISMS
        },
        simulated_scale(simulated),
        [
            Observed.of(one, snakemake.params.per_state_at_least)
            for one in sessions_of(recorded)
        ],
        snakemake.params.nearest_circuits,
    )
    write_table(snakemake.output[0], REFERENCES, columns)
