"""Score predicted against observed directions, with the best constant beside."""

from minicolumn.job import job_log
from minicolumn.store import read_table, read_tables, write_json
from minicolumn.tables import MICE, TRANSFER
from minicolumn.transfer import scoring

with job_log(snakemake.log[0]):
    changes = read_table(snakemake.input.changes, TRANSFER)
    mice = read_tables(snakemake.input.truth, MICE).to_pylist()
    truth = {mouse["session_id"]: mouse["mechanism"] for mouse in mice}
    scores = {
        "cells": scoring.as_json(scoring.score_transfer(changes)),
        "truth": truth,
    }
    write_json(snakemake.output[0], scores)
