"""Fit a network to unperturbed trials of a reference circuit."""

from minicolumn.config.perturbation import Fits, References
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.perturbation.variants import STUDENTS, identity_of
from minicolumn.simulation.device import prepare

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.perturbation.fits import fit
    from minicolumn.perturbation.reference_archive import load_reference
    from minicolumn.perturbation.student_archive import save_student
    from minicolumn.perturbation.students import Student

    of, params = snakemake.wildcards, snakemake.params
    reference = load_reference(snakemake.input[0], References(**params.references))
    fitted = fit(
        Student(STUDENTS[of.student], reference.neurons),
        reference.learned,
        settings := Fits(**params.settings),
        params.seed,
        identity_of(of.reference, of.student, int(of.start)),
    )
    save_student(snakemake.output[0], of.student, fitted, settings, params.seed)
