"""Choose few neurons by what students say, and see what the circuit does."""

from minicolumn.config import Physics
from minicolumn.config.perturbation import Microperturbations, References
from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import MICROPERTURBATIONS, PERTURBED_STUDENTS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.perturbation.choices import microperturbation_rows, ranked
    from minicolumn.perturbation.microperturbations import Candidates
    from minicolumn.perturbation.reference_archive import load_reference
    from minicolumn.perturbation.references import Experiment
    from minicolumn.perturbation.student_archive import load_student

    of, files, params = snakemake.wildcards, snakemake.input, snakemake.params
    settings = References(**params.references).in_regime(of.regime)
    physics = Physics(**params.physics)
    candidates = Candidates(
        Experiment.on(of.reference, settings, physics),
        load_reference(files.reference, settings),
        Microperturbations(**params.settings),
    )
    rankings = {}
    for student, perturbed in zip(files.students, files.perturbed, strict=True):
        tested = read_table(perturbed, PERTURBED_STUDENTS).to_pylist()[0]
        fitted = load_student(student, tested["student"])
        rankings[tested["student"], tested["start"]] = ranked(
            candidates, tested, fitted
        )
    about = {"regime": of.regime, "reference": of.reference}
    rows = microperturbation_rows(candidates, rankings, physics.seed)
    write_table(
        snakemake.output[0],
        MICROPERTURBATIONS,
        columns_of([about | row for row in rows]),
        provenance(physics.seed),
    )
