"""Put a fitted network under perturbations that it never saw."""

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import PERTURBED_STUDENTS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.perturbation.enrollment import bench_of
    from minicolumn.perturbation.judging import perturbed_rows
    from minicolumn.perturbation.perturbations import perturbations
    from minicolumn.perturbation.reference_archive import load_reference
    from minicolumn.perturbation.student_archive import load_student

    of, params = snakemake.wildcards, snakemake.params
    settings = References(**params.settings).in_regime(of.regime)
    physics = Physics(**params.physics)
    reference = load_reference(snakemake.input.reference, settings)
    fitted = load_student(snakemake.input.student, of.student)
    name = {**of, "start": int(of.start)}
    bench = bench_of(name, fitted, reference, settings, physics)
    every = perturbations(reference.neurons, settings, physics)
    write_table(
        snakemake.output[0],
        PERTURBED_STUDENTS,
        columns_of(perturbed_rows(name, every, bench.tested(), fitted.held_out)),
        provenance(physics.seed),
    )
