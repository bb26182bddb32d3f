"""Score predicted against observed changes."""

from minicolumn.config.prediction import Prediction
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import DOMAIN, MICE, OBSERVED_CHANGES, PREDICTIONS
from minicolumn.jobs.job import job
from minicolumn.scoring.summary import summarize

with job(snakemake):
    domain = read_table(snakemake.input.domain, DOMAIN).to_pylist()
    mice = read_tables(snakemake.input.truth, MICE).to_pylist()
    scores = summarize(
        read_tables(snakemake.input.predictions, PREDICTIONS),
        read_table(snakemake.input.observed, OBSERVED_CHANGES),
        Prediction(**snakemake.params.settings),
        snakemake.params.seed,
        {session["session_id"]: session["inside"] for session in domain},
        {mouse["session_id"]: mouse["mechanism"] for mouse in mice},
    )
    write_document(snakemake.output[0], scores)
