"""Simulate fitted circuits at rest and while running, and those before the fit."""

from minicolumn.config import Physics, Statistics
from minicolumn.config.mice import States
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import TUNED_STATISTICS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.tuning.answers import answers
    from minicolumn.tuning.fits_archive import load

    params, physics = snakemake.params, Physics(**snakemake.params.physics)
    rows = answers(
        *load(snakemake.input.fits),
        States(**params.states),
        params.trials,
        Statistics(**params.matching),
        physics,
    )
    write_table(
        snakemake.output[0],
        TUNED_STATISTICS,
        columns_of(list(rows), TUNED_STATISTICS.names),
        provenance(physics.seed),
    )
