"""Ask whether statistics follow an index of acetylcholine within sessions."""

from minicolumn.config import DoseResponse
from minicolumn.files.documents import write_document
from minicolumn.files.store import columns_of, read_tables, write_table
from minicolumn.files.tables import (
    ACH_INDEX,
    DOSE_RESPONSES,
    EPOCHS,
    RECORDED_STATISTICS,
    SESSIONS,
)
from minicolumn.jobs.job import job
from minicolumn.scoring.dose_response import dose_responses, indexed, together
from minicolumn.scoring.resampling import Resampling
from minicolumn.sessions.session import scored

with job(snakemake):
    params = snakemake.params
    settings = DoseResponse(**params.settings)
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    epochs = read_tables(snakemake.input.epochs, EPOCHS).to_pandas()
    index = indexed(epochs, settings.weights)
    rows = dose_responses(recorded, index, settings, params.compared)
    columns = columns_of(rows, DOSE_RESPONSES.names)
    write_table(
        snakemake.output.index, ACH_INDEX, index[[*ACH_INDEX.names]].to_dict("list")
    )
    write_table(snakemake.output.table, DOSE_RESPONSES, columns)
    found = together(
        rows,
        len(recorded["session_id"].unique()),
        settings.weights.model_dump(),
        Resampling(params.seed, params.n_resamples, params.n_permutations),
    )
    write_document(snakemake.output.found, found)
