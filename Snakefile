"""Which mechanism of acetylcholine explains how mouse V1 changes with running?

The table of contents: configuration, stages in order, targets.
"""

import mimetypes
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

from minicolumn.config.yaml_files import check_yaml
from minicolumn.errors import ConfigError, MinicolumnError
from minicolumn.jobs.devices import cpu_notice
from minicolumn.jobs.environment import check_environment
from minicolumn.jobs.runs.clock import check_times
from minicolumn.jobs.runs.journal import begin
from minicolumn.jobs.shell_names import check_for_cluster, check_interpreter
from minicolumn.learning.splits import SplitRule, check_splits
from minicolumn.registry.lookup import announce

min_version("9.20")


if workflow.is_main_process:
    try:
        for path in (Path(workflow.basedir) / "config.yaml", *workflow.configfiles):
            check_yaml(path)
    except ConfigError as error:
        sys.exit(str(error))


configfile: Path(workflow.basedir) / "config.yaml"


try:
    announce(config["extensions"])
    # These modules read the names that extensions have just announced.
    from minicolumn.config import parse_config
    from minicolumn.recordings.files import recording_files

    cfg = parse_config(config)
    RESULTS = f"results/{cfg.run}"
    RECORDINGS = recording_files(cfg.recordings, RESULTS)
    SPLIT_RULE = SplitRule(cfg.seed, **cfg.surrogates.split())
    if not cfg.circuits.are_imported:
        check_splits(SPLIT_RULE, cfg.circuits.count)
except ConfigError as error:
    sys.exit(str(error))


report: "rules/captions/workflow.rst"


# Otherwise --report shows tables as text.
mimetypes.add_type("application/vnd.apache.parquet", ".parquet")


pathvars:
    results=RESULTS,
    logs=f"{RESULTS}/logs",


include: "rules/common.smk"
include: "rules/collections.smk"


# Circuits are imported or simulated; both make the same tables.
if cfg.circuits.are_imported:

    include: "rules/imported_circuits.smk"

else:

    include: "rules/circuits.smk"
    include: "rules/simulate.smk"


include: "rules/cohort.smk"
include: "rules/recordings.smk"
include: "rules/epochs.smk"
include: "rules/statistics.smk"
include: "rules/surrogates.smk"
include: "rules/posterior.smk"
include: "rules/predictions.smk"
include: "rules/checks.smk"
include: "rules/domain.smk"
include: "rules/mechanism.smk"
include: "rules/tuned.smk"
include: "rules/report.smk"
include: "rules/export.smk"
include: "rules/validation.smk"


onstart:
    if not (WITH_CONDA or ALLEN_ENVIRONMENT.exists()):
        raise WorkflowError(
            "The AllenSDK environment (.venv-allen) is missing: run `make setup` first."
        )
    try:
        check_interpreter(sys.executable)
        check_environment(Path(workflow.basedir))
        if not workflow.local_exec:
            check_for_cluster(names_for_cluster())
            # An sbatch that waits while a limit of the site refuses jobs.
            os.environ["PATH"] = f"{PATIENT_SBATCH}{os.pathsep}{os.environ['PATH']}"
        check_times(files_of_run())
        begin(Path(RESULTS), planned_jobs(), sys.argv[1:])
    except MinicolumnError as error:
        raise WorkflowError(str(error)) from None
    if workflow.local_exec and (notice := cpu_notice()):
        logger.info(notice)


rule all:
    default_target: True
    input:
        REPORT,


rule simulations:
    """Target: the simulation branch alone."""
    input:
        ALL_SIMULATED,


rule validation:
    """Target: the evaluation of mechanism inference."""
    input:
        VALIDATION_PAGE,


rule tuned:
    """Target: circuits fitted to each session at rest, scored on running."""
    input:
        TUNED_SCORES,
        TUNED_CHECKS,
