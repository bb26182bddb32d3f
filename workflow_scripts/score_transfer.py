"""Score predicted against observed changes, with all that a score needs beside it."""

from minicolumn.config.analysis import Transfer
from minicolumn.files.store import read_table, read_tables, write_json
from minicolumn.files.tables import (
    DOMAIN,
    HELD_OUT,
    MICE,
    OBSERVED_CHANGES,
    REFERENCES,
    TRANSFER,
)
from minicolumn.jobs.job import job_log
from minicolumn.prediction.predict import CONDITIONED, of_method
from minicolumn.scoring.panel import Panel
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.summary import summarize

with job_log(snakemake.log[0]):
    changes = read_table(snakemake.input.changes, TRANSFER)
    observed = read_table(snakemake.input.observed, OBSERVED_CHANGES)
    references = read_table(snakemake.input.references, REFERENCES)
    domain = read_table(snakemake.input.domain, DOMAIN).to_pylist()
    settings = Transfer(**snakemake.params.settings)
    mice = read_tables(snakemake.input.truth, MICE).to_pylist()
    truth = {mouse["session_id"]: mouse["mechanism"] for mouse in mice}
    scores = {
        **summarize(
            Panel.of(of_method(changes, CONDITIONED), observed, references),
            observed,
            read_table(snakemake.input.held_out, HELD_OUT),
            settings,
            Resampling(
                snakemake.params.seed, settings.n_resamples, settings.n_permutations
            ),
            {session["session_id"]: session["inside"] for session in domain},
        ),
        "truth": truth,
    }
    write_json(snakemake.output[0], scores)
