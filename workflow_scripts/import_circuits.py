"""Read archives of circuits; files that do not fit go to the table of refusals."""

from pydantic import TypeAdapter

from minicolumn.circuit_archives.importing import Import, fingerprints
from minicolumn.circuit_archives.mapping import Expected
from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import parse_config
from minicolumn.config.circuit_archives import Fields, Limits
from minicolumn.config.circuits import Prior
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import write_parts, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    REFUSED_FILES,
    SIMULATED_STATISTICS,
)
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule

with job(snakemake):
    params, output = snakemake.params, snakemake.output
    prior = TypeAdapter(Prior).validate_python(params.expected["prior"])
    imported = Import(
        Fields(**params.archives["fields"]),
        Limits(**params.archives["limits"]),
        Expected(**{**params.expected, "prior": prior}),
    )
    files = {mechanism: snakemake.input[mechanism] for mechanism in MECHANISMS}
    provenance = {"imported from": fingerprints(files)}
    for mechanism, path in files.items():
        parts = imported.statistics(path, mechanism)
        write_parts(output[mechanism], SIMULATED_STATISTICS, parts, provenance)
    # Not a parameter: it changes no table, but too few circuits must fail here.
    nearest_circuits = parse_config(snakemake.config).prediction.nearest_circuits
    imported.check_enough(SplitRule(params.seed, **params.split), nearest_circuits)
    schema = CIRCUITS.plus(*parameter_columns(family(params.family).parameters))
    write_table(output.circuits, schema, imported.circuits(), provenance)
    write_table(output.refused, REFUSED_FILES, imported.refused())
