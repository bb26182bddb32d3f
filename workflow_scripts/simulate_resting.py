"""Simulate more circuits to start from without ACh alone, and describe them."""

from minicolumn.circuits.family import family
from minicolumn.config import Physics, Statistics
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import columns_of, write_parts, write_table
from minicolumn.files.tables import CIRCUITS, SIMULATED_STATISTICS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.tuning.resting import describe_resting, resting_circuits

    params = snakemake.params
    physics, matching = Physics(**params.physics), Statistics(**params.matching)
    rule = SplitRule(physics.seed, **params.split)
    circuits = resting_circuits(range(*params.circuits), rule, physics)
    parts = describe_resting(circuits, physics, matching, snakemake.threads)
    parameters = family(physics.circuits.family).parameters
    schema = CIRCUITS.plus(*parameter_columns(parameters))
    about, files = provenance(physics.seed), snakemake.output
    write_table(files.circuits, schema, columns_of(circuits, schema.names), about)
    write_parts(files.statistics, SIMULATED_STATISTICS, parts, about)
