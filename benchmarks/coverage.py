"""Coverage of the predictive intervals at published size.

CircuitMLP on the SYNTHETIC rows of benchmarks/training.py: 5,000 circuits, about 500 of
them for calibration and 750 for testing. Nominal coverage is 0.90.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import yaml
from training import synthetic

from minicolumn.config import parse_config
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.coverage import measure_coverage
from minicolumn.surrogates.models import fit

ROOT = Path(__file__).parents[1]
NEAR = 0.03


def main() -> None:
    """Print one row per statistic, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=5000)
    parser.add_argument("--epochs", type=int, default=20)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    data = synthetic(cfg, arguments.circuits)
    settings = cfg.surrogates.mlp.model_dump() | {"max_epochs": arguments.epochs}
    surrogate = fit("mlp", data.train, data.validation, settings, cfg.seed)
    calibration = Calibration.fit(surrogate, data.validation, data.calibration)
    found = measure_coverage(
        surrogate, calibration, data.test, cfg.surrogates.miscoverage
    )
    print(f"SYNTHETIC circuits: {data.counts().circuits}\n")
    print("| statistic | coverage | by level | low, middle, high third |")
    print("|---|---|---|---|")
    cells = []
    for name, one in found.statistics.items():
        at = [level.share for level in one.by_level if level.share is not None]
        cells += [(a.share, *a.allowed) for a in one.by_level if a.allowed]
        thirds = ", ".join(f"{share:.3f}" for share in one.thirds)
        levels = f"{min(at):.3f} to {max(at):.3f}"
        print(f"| {name} | {one.share:.3f} | {levels} | {thirds} |")
    share, low, high = np.transpose(cells)
    near = np.abs(share - 1 + cfg.surrogates.miscoverage) <= NEAR
    allowed = (low <= share) & (share <= high)
    print(
        f"\nOver all: {found.share:.3f}. Of {len(cells)} pairs of statistic and "
        f"level, {near.sum()} are within {NEAR} of the nominal value, and "
        f"{allowed.sum()} in the central 95 % expected by chance."
    )


if __name__ == "__main__":
    main()
