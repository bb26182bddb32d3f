"""Score all networks, and what needs none, on what perturbations do."""

from itertools import product

from minicolumn.config import Physics
from minicolumn.config.perturbation import References
from minicolumn.files.documents import write_document
from minicolumn.files.store import columns_of, read_tables, write_table
from minicolumn.files.tables import (
    MICROPERTURBATIONS,
    PERTURBATION_SCORES,
    PERTURBED_STUDENTS,
)
from minicolumn.jobs.job import job
from minicolumn.perturbation.judging import score_rows
from minicolumn.perturbation.over_circuits import summarize
from minicolumn.perturbation.reference_archive import load_reference

with job(snakemake):
    files, params = snakemake.input, snakemake.params
    settings, physics = References(**params.settings), Physics(**params.physics)
    named = product(params.regimes, params.names)
    references = {
        (regime, name): load_reference(path, settings.in_regime(regime))
        for (regime, name), path in zip(named, files.references, strict=True)
    }
    perturbed = read_tables(files.perturbed, PERTURBED_STUDENTS)
    rows = list(score_rows(references, perturbed, settings, physics))
    chosen = read_tables(files.microperturbations, MICROPERTURBATIONS).to_pylist()
    write_table(snakemake.output.scores, PERTURBATION_SCORES, columns_of(rows))
    write_document(snakemake.output.summary, summarize(rows, chosen))
