"""Learn to tell mechanisms apart from mice that have a known one."""

from minicolumn.config import Classifier
from minicolumn.inference import archive, learned
from minicolumn.job import job_log
from minicolumn.store import read_tables, write_json
from minicolumn.tables import COHORT

with job_log(snakemake.log[0]):
    settings = Classifier(**snakemake.params.settings)
    cohort = read_tables(snakemake.input, COHORT)
    model, known = learned.learn(cohort, settings, snakemake.params.seed)
    archive.save(snakemake.output.model, model, settings, snakemake.params.matching)
    write_json(snakemake.output.known, known)
