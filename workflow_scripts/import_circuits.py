"""Read archives of circuits; what does not fit is a row in the table of refusals."""

from pydantic import TypeAdapter

from minicolumn.circuit_archives.importing import Import, fingerprints
from minicolumn.circuit_archives.mapping import Expected
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import parse_config
from minicolumn.config.circuits import Fields, Limits
from minicolumn.config.physics import Prior
from minicolumn.files.store import write_parts, write_table
from minicolumn.files.tables import CIRCUITS, REFUSED_FILES, SIMULATED_STATISTICS
from minicolumn.jobs.job import job_log
from minicolumn.learning.splits import SplitRule

with job_log(snakemake.log[0]):
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
    # No parameter: it changes no table, and too few circuits are better told now.
    nearest_circuits = parse_config(snakemake.config).prediction.nearest_circuits
    imported.check_enough(SplitRule(params.seed, **params.split), nearest_circuits)
    write_table(output.circuits, CIRCUITS, imported.circuits(), provenance)
    write_table(output.refused, REFUSED_FILES, imported.refused())
