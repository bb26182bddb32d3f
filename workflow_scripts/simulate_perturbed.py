"""Simulate test circuits with one parameter changed to either side."""

from minicolumn.config import Physics, Statistics
from minicolumn.config.mice import States
from minicolumn.config.theory import Perturbed
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import PERTURBED_STATISTICS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.circuits.prior import parameter_rows
    from minicolumn.identifiability.perturbed import perturbed_rows

    params, physics = snakemake.params, Physics(**snakemake.params.physics)
    rows = perturbed_rows(
        parameter_rows(physics.prior, physics.seed, params.circuits),
        States(**params.states),
        Perturbed(**params.perturbed),
        Statistics(**params.matching),
        physics,
    )
    write_table(
        snakemake.output[0],
        PERTURBED_STATISTICS,
        columns_of(list(rows), PERTURBED_STATISTICS.names),
        provenance(physics.seed),
    )
