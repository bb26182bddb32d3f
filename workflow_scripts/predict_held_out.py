"""Predict held-out circuits, whose change is known, as if they were sessions."""

from minicolumn.config.analysis import States
from minicolumn.job import job_log
from minicolumn.mechanisms import MECHANISMS
from minicolumn.store import read_tables, write_table
from minicolumn.surrogate.archive import load
from minicolumn.tables import CIRCUITS, HELD_OUT, SIMULATED_STATISTICS
from minicolumn.transfer.held_out import predict_held_out
from minicolumn.transfer.scales import simulated_scale
from minicolumn.transfer.simulated import SimulatedCircuits

with job_log(snakemake.log[0]):
    simulated = read_tables(snakemake.input.simulated, SIMULATED_STATISTICS)
    states = States(**snakemake.params.states)
    columns = predict_held_out(
        map(load, snakemake.input.surrogates),
        read_tables(snakemake.input.circuits, CIRCUITS),
        {name: SimulatedCircuits.of(simulated, name, states) for name in MECHANISMS},
        simulated_scale(simulated),
        states,
        snakemake.params.nearest_circuits,
    )
    write_table(snakemake.output[0], HELD_OUT, columns)
