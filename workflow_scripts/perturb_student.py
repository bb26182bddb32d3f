"""Put a fitted network under perturbations that it never saw."""

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import PERTURBED_STUDENTS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.perturbation.variants import STUDENTS, identity_of
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.perturbation.effects import Bench
    from minicolumn.perturbation.judging import perturbed_rows
    from minicolumn.perturbation.perturbations import perturbations
    from minicolumn.perturbation.reference_archive import load_reference
    from minicolumn.perturbation.student_archive import load_student
    from minicolumn.perturbation.students import Student

    of, params = snakemake.wildcards, snakemake.params
    settings, physics = References(**params.settings), Physics(**params.physics)
    reference = load_reference(snakemake.input.reference, settings)
    fitted = load_student(snakemake.input.student, of.student)
    name = {"reference": of.reference, "student": of.student, "start": int(of.start)}
    bench = Bench(
        Student(STUDENTS[of.student], reference.neurons),
        fitted,
        reference,
        settings,
        physics,
        identity_of(**name),
    )
    every = perturbations(reference.neurons, settings, physics)
    rows = perturbed_rows(name, every, bench.tested(), fitted)
    write_table(
        snakemake.output[0],
        PERTURBED_STUDENTS,
        columns_of(rows),
        provenance(physics.seed),
    )
