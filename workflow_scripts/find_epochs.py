"""Cut one session into windows of length T in one of its two states."""

from minicolumn.config import Epochs, NamedStates, UnitFilter
from minicolumn.files.store import write_table
from minicolumn.files.tables import EPOCHS, SESSIONS
from minicolumn.jobs.job import job
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.session_epochs import EpochRule, epochs_of_session

with job(snakemake):
    params = snakemake.params
    epochs, session = epochs_of_session(
        Recorded.read(int(snakemake.wildcards.session), *snakemake.input),
        EpochRule(
            UnitFilter(**params.units),
            Epochs(**params.epochs),
            params.window_s,
            NamedStates(**params.states),
        ),
        params.n_units,
        params.seed,
    )
    write_table(snakemake.output.epochs, EPOCHS, epochs)
    write_table(snakemake.output.session, SESSIONS, session)
