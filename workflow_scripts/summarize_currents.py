"""Summarize the currents of all sessions, and draw them."""

from minicolumn.curbd.figure import currents_figure
from minicolumn.curbd.summary import summarize
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_tables, whole_file
from minicolumn.files.tables import CURRENTS
from minicolumn.jobs.job import job
from minicolumn.report.style import saved

with job(snakemake):
    currents = read_tables(snakemake.input, CURRENTS)
    write_document(snakemake.output.document, summarize(currents))
    with whole_file(snakemake.output.figure) as temporary:
        temporary.write_bytes(saved(currents_figure(currents), "svg"))
