"""Let one group of fresh mice rest and run, and describe both."""

from minicolumn.config import FreshMice, MouseRanges, Physics, Statistics
from minicolumn.devices import claim_device
from minicolumn.job import job_log
from minicolumn.simulate.device import prepare, provenance
from minicolumn.store import write_table
from minicolumn.tables import COHORT

with job_log(snakemake.log[0]):
    claim_device()
    prepare()
    from minicolumn.cohort.fresh import fresh_mice, physics_of
    from minicolumn.cohort.simulated import simulate_cohort

    group = snakemake.wildcards.group
    fresh = FreshMice(**snakemake.params.fresh)
    ranges = MouseRanges(**snakemake.params.ranges)
    matching = Statistics(**snakemake.params.matching)
    physics = Physics(**snakemake.params.physics)
    mice = fresh_mice(group, snakemake.params.n_mice, ranges, fresh, physics.seed)
    columns = simulate_cohort(
        mice, physics_of(group, physics, fresh), matching, ranges.epochs_per_state
    )
    write_table(snakemake.output[0], COHORT, columns, provenance(physics.seed))
