"""Count the epochs that other rules would find in one session."""

from minicolumn.config import Epochs, NamedStates, Sensitivity, UnitFilter
from minicolumn.files.store import write_table
from minicolumn.files.tables import EPOCH_COUNTS
from minicolumn.jobs.job import job
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.sensitivity import count_epochs
from minicolumn.recordings.session_epochs import EpochRule

with job(snakemake):
    params = snakemake.params
    counts = count_epochs(
        Recorded.read(int(snakemake.wildcards.session), *snakemake.input),
        EpochRule(
            UnitFilter(**params.units),
            Epochs(**params.epochs),
            params.window_s,
            NamedStates(**params.states),
        ),
        Sensitivity(**params.sensitivity),
    )
    write_table(snakemake.output[0], EPOCH_COUNTS, counts)
