"""Measure what light does in a recorded session, to lit units and others."""

from pathlib import Path

from minicolumn.config.perturbation import RecordedLight
from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import OPTOGENETIC_CHANGES, UNITS
from minicolumn.jobs.job import job
from minicolumn.perturbation.recorded import lit_session
from minicolumn.recordings.light import read_light

with job(snakemake):
    files, params = snakemake.input, snakemake.params
    settings = RecordedLight(**params.settings)
    light = read_light(Path(files.nwb), settings.table)
    units = read_table(files.units, UNITS).to_pydict()
    session = lit_session(units, light, settings, params.unit_filter)
    about = {"session_id": int(snakemake.wildcards.session)}
    rows = [about | row for row in session.rows()]
    write_table(snakemake.output[0], OPTOGENETIC_CHANGES, columns_of(rows))
