"""Let mice with a known mechanism rest and run, and describe both."""

from minicolumn.config import MouseRanges, Physics, Statistics
from minicolumn.files.store import write_table
from minicolumn.files.tables import COHORT
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.mice.cohort import simulate_cohort
    from minicolumn.mice.mouse import training_mice

    physics = Physics(**snakemake.params.physics)
    ranges = MouseRanges(**snakemake.params.ranges)
    matching = Statistics(**snakemake.params.matching)
    mice = training_mice(range(*snakemake.params.mice), ranges, physics.seed)
    columns = simulate_cohort(
        mice, physics, matching, ranges.epochs_per_state, snakemake.threads
    )
    write_table(snakemake.output[0], COHORT, columns, provenance(physics.seed))
