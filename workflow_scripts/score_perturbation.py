"""Score all networks, and what needs none, on what perturbations do."""

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.files.documents import write_document
from minicolumn.files.perturbation_tables import PERTURBATION_SCORES, PERTURBED_STUDENTS
from minicolumn.files.store import columns_of, read_tables, write_table
from minicolumn.jobs.job import job
from minicolumn.perturbation.judging import score_rows, summarize
from minicolumn.perturbation.reference_archive import load_reference

with job(snakemake):
    files, params = snakemake.input, snakemake.params
    settings, physics = References(**params.settings), Physics(**params.physics)
    rows = list(
        score_rows(
            {
                name: load_reference(path, settings)
                for name, path in zip(params.names, files.references, strict=True)
            },
            read_tables(files.perturbed, PERTURBED_STUDENTS),
            settings,
            physics,
        )
    )
    write_table(snakemake.output.scores, PERTURBATION_SCORES, columns_of(rows))
    write_document(snakemake.output.summary, summarize(rows))
