"""Simulate a reference circuit without perturbations, and under each."""

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.perturbation.reference_archive import save_reference
    from minicolumn.perturbation.references import make_reference

    name, params = snakemake.wildcards.reference, snakemake.params
    settings, physics = References(**params.settings), Physics(**params.physics)
    reference = make_reference(name, settings, physics)
    save_reference(snakemake.output[0], name, reference, settings, physics.seed)
