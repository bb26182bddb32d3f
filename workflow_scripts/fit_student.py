"""Fit a network to unperturbed trials of a reference circuit."""

from minicolumn.config import Physics
from minicolumn.config.perturbation import Fits, References
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.perturbation.variants import identity_of
from minicolumn.simulation.device import prepare

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.perturbation.enrollment import student_of
    from minicolumn.perturbation.fits import fit
    from minicolumn.perturbation.reference_archive import load_reference
    from minicolumn.perturbation.student_archive import save_student

    of, params = snakemake.wildcards, snakemake.params
    references = References(**params.references).in_regime(of.regime)
    settings, physics = Fits(**params.settings), Physics(**params.physics)
    reference = load_reference(snakemake.input[0], references)
    fitted = fit(
        student_of(of.student, reference, references, physics),
        reference.learned,
        settings,
        physics.seed,
        identity_of(of.reference, of.student, int(of.start)),
    )
    save_student(snakemake.output[0], of.student, fitted, settings, physics.seed)
