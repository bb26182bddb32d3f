"""Predict each session's change from simulations alone, without a surrogate."""

from minicolumn.config.analysis import States
from minicolumn.job import job_log
from minicolumn.mechanisms import MECHANISMS
from minicolumn.store import read_tables, write_table
from minicolumn.surrogate.splits import SplitRule
from minicolumn.tables import (
    RECORDED_STATISTICS,
    REFERENCES,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.transfer.observed import observed_sessions, scored_sessions
from minicolumn.transfer.references import predict_without_surrogate
from minicolumn.transfer.scales import simulated_scale
from minicolumn.transfer.simulated import SimulatedCircuits

with job_log(snakemake.log[0]):
    recorded = scored_sessions(
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
        observed_sessions(recorded, snakemake.params.per_state_at_least),
        snakemake.params.nearest_circuits,
    )
    write_table(snakemake.output[0], REFERENCES, columns)
