"""Which mechanism of acetylcholine explains how mouse V1 changes with running?

The table of contents: configuration, stages in order, targets.
"""

import json
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from minicolumn.config import parse_config
from minicolumn.errors import ConfigError
from minicolumn.recording_files import (
    ADDRESSES,
    FETCHED,
    SYNTHETIC_CACHE,
    recording_files,
    synthetic_files,
)
from minicolumn.surrogate.splits import SplitRule, check_splits

min_version("9.20")


configfile: Path(workflow.basedir) / "config.yaml"


try:
    cfg = parse_config(config)
    RECORDINGS = recording_files(cfg.recordings, f"results/{cfg.run}")
    check_splits(SplitRule(cfg.seed, **cfg.surrogates.split()), cfg.circuits.count)
except ConfigError as error:
    sys.exit(str(error))


pathvars:
    results=f"results/{cfg.run}",
    logs=f"results/{cfg.run}/logs",


include: "rules/common.smk"
include: "rules/circuits.smk"
include: "rules/simulate.smk"
include: "rules/recordings.smk"
include: "rules/epochs.smk"
include: "rules/statistics.smk"
include: "rules/surrogates.smk"
include: "rules/transfer.smk"
include: "rules/report.smk"


onstart:
    if not (WITH_CONDA or ALLEN_ENVIRONMENT.exists()):
        raise WorkflowError(
            "The AllenSDK environment (.venv-allen) is missing: run `make setup` first."
        )


rule all:
    default_target: True
    input:
        "<results>/report.html",
