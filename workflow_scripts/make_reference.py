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

    of, params = snakemake.wildcards, snakemake.params
    settings = References(**params.settings).in_regime(of.regime)
    physics = Physics(**params.physics)
    reference = make_reference(of.reference, settings, physics)
    save_reference(snakemake.output[0], of.reference, reference, settings, physics.seed)
