"""Measure what light does in a recorded session, and how much one factor says."""

from pathlib import Path

from minicolumn.config.perturbation import RecordedLight
from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import OPTOGENETIC_CHANGES, OPTOGENETIC_SCORES, UNITS
from minicolumn.jobs.job import job
from minicolumn.perturbation.recorded import lit_session
from minicolumn.perturbation.recorded_skill import score_rows
from minicolumn.recordings.light import read_light

with job(snakemake):
    files, params = snakemake.input, snakemake.params
    settings = RecordedLight(**params.settings)
    light = read_light(Path(files.nwb), settings.table)
    units = read_table(files.units, UNITS).to_pydict()
    session = lit_session(units, light, settings, params.unit_filter)
    about = {"session_id": int(snakemake.wildcards.session)}
    changes = [about | row for row in session.rows()]
    scores = [about | row for row in score_rows(changes)]
    for path, schema, rows in (
        (snakemake.output.changes, OPTOGENETIC_CHANGES, changes),
        (snakemake.output.scores, OPTOGENETIC_SCORES, scores),
    ):
        write_table(path, schema, columns_of(rows))
