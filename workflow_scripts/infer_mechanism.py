"""Infer the mechanism of every scored session, and of all together."""

import json
from pathlib import Path

import numpy as np

from minicolumn.files.store import read_tables, write_json, write_table
from minicolumn.files.tables import (
    INFERRED_MECHANISMS,
    MICE,
    RECORDED_STATISTICS,
    SESSIONS,
)
from minicolumn.inference.mechanism import archive
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.inference.mechanism.sessions import as_columns, infer
from minicolumn.jobs.job import job_log
from minicolumn.sessions.session import scored, sessions_of

with job_log(snakemake.log[0]):
    model = archive.load(snakemake.input.model, snakemake.params.matching)
    known = json.loads(Path(snakemake.input.known).read_text())
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    mice = read_tables(snakemake.input.truth, MICE).to_pylist()
    found = infer(
        model,
        [session.scaled() for session in sessions_of(recorded)],
        Rule(**snakemake.params.rule),
        np.array(known["directions"]),
        {mouse["session_id"]: mouse["mechanism"] for mouse in mice},
    )
    write_json(snakemake.output.answers, found)
    write_table(
        snakemake.output.table, INFERRED_MECHANISMS, as_columns(found["sessions"])
    )
