"""Which mechanism of acetylcholine explains how mouse V1 changes with running?

The table of contents: configuration, stages in order, targets.
"""

import os
import sys
from pathlib import Path

from snakemake.utils import min_version

from minicolumn.config import ConfigError, parse_config

min_version("9.20")


configfile: Path(workflow.basedir) / "config.yaml"


try:
    cfg = parse_config(config)
except ConfigError as error:
    sys.exit(f"{error}")


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


rule all:
    default_target: True
    input:
        "<results>/report.html",
