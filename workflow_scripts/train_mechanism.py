"""Learn to tell mechanisms apart from mice that have a known one."""

from minicolumn.config import Classifier
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism import archive, learned
from minicolumn.jobs.job import job

with job(snakemake):
    settings = Classifier(**snakemake.params.settings)
    cohort = read_tables(snakemake.input, COHORT)
    params = snakemake.params
    model, known = learned.learn(cohort, params.negligible, settings, params.seed)
    archive.save(snakemake.output.model, model, settings, params.matching, params.seed)
    write_document(snakemake.output.known, known)
