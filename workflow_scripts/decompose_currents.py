"""Fit networks to one session, and decompose the currents in them."""

from minicolumn.config import Curbd, UnitFilter
from minicolumn.curbd.activity import activity_by_state
from minicolumn.curbd.decomposition import current_rows
from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import CURRENTS, EPOCHS, UNITS
from minicolumn.jobs.job import job
from minicolumn.recordings.units import selected_units

with job(snakemake):
    settings, seed = Curbd(**snakemake.params.settings), snakemake.params.seed
    units = read_table(snakemake.input.units, UNITS)
    activity = activity_by_state(
        selected_units(units, UnitFilter(**snakemake.params.units)),
        read_table(snakemake.input.epochs, EPOCHS),
        settings,
        seed,
    )
    session_id = int(snakemake.wildcards.session)
    rows = [
        row | {"compared": snakemake.params.compared}
        for state, one in activity.items()
        for row in current_rows(session_id, state, one, settings, seed)
    ]
    write_table(snakemake.output[0], CURRENTS, columns_of(rows, CURRENTS.names))
