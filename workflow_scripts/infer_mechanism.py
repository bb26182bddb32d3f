"""Infer the mechanism of every scored session, and of all together."""

from minicolumn.domain.typicality import typicality_of
from minicolumn.files.documents import read_document, write_document
from minicolumn.files.store import read_table, read_tables, write_table
from minicolumn.files.tables import (
    DOMAIN,
    INFERRED_MECHANISMS,
    MICE,
    RECORDED_STATISTICS,
    SESSIONS,
)
from minicolumn.inference.mechanism import archive
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.inference.mechanism.learned import LearnedMechanism
from minicolumn.inference.mechanism.sessions import as_columns, infer
from minicolumn.jobs.job import job
from minicolumn.sessions.session import scored, sessions_of

with job(snakemake):
    known = read_document(snakemake.input.known, LearnedMechanism)
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    sessions = [session.scaled() for session in sessions_of(recorded)]
    domain = read_table(snakemake.input.domain, DOMAIN)
    mice = read_tables(snakemake.input.truth, MICE).to_pylist()
    found = infer(
        archive.load(snakemake.input.model, snakemake.params.matching),
        sessions,
        typicality_of(domain, [session.identity for session in sessions]),
        Rule(**snakemake.params.rule),
        known,
        {mouse["session_id"]: mouse["mechanism"] for mouse in mice},
    )
    write_document(snakemake.output.answers, found)
    columns = as_columns(found.sessions, snakemake.params.compared)
    write_table(snakemake.output.table, INFERRED_MECHANISMS, columns)
