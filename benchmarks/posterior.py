"""Cost of the posterior over circuits at published size: `make bench-posterior`.

The mice are artificial (statistics are noise), because the cost of an epoch of
training, of a sample and of a check depends on sizes alone. Three epochs on some of the
mice are timed; the rest is extrapolated proportionally.
"""

import time
from pathlib import Path

import numpy as np
import torch
import yaml

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config import parse_config
from minicolumn.inference.circuits.checks import check
from minicolumn.inference.circuits.conditioning import RestingMice
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.learning.splits import SplitRule
from minicolumn.sessions.session import N_STATISTICS

MICE = 5000
EPOCHS = 3
SESSIONS = 58
CHECKED = 50


def made_up(n: int, prior: StandardPrior, n_epochs: int) -> RestingMice:
    """Return mice whose statistics are noise."""
    rng = np.random.default_rng(0)
    return RestingMice(
        prior.from_normal(rng.standard_normal((n, len(prior.names)))),
        rng.standard_normal((n, n_epochs, N_STATISTICS)),
        np.ones((n, n_epochs), dtype=bool),
        rng.choice(MECHANISMS, n),
        np.arange(n),
    )


def main() -> None:
    """Print the times."""
    torch.set_num_threads(1)
    root = Path(__file__).parents[1]
    cfg = parse_config(yaml.safe_load((root / "config.yaml").read_text()))
    settings = cfg.inference.posterior
    prior = StandardPrior.of(cfg.prior, cfg.cohort.stationary)
    mice = made_up(MICE, prior, cfg.cohort.epochs_per_state)
    flow = settings.flow.model_copy(update={"max_epochs": EPOCHS})
    rule = SplitRule(cfg.seed, **cfg.surrogates.split())
    start = time.process_time()
    posterior = CircuitPosterior.fit(mice, prior, flow, rule, cfg.seed)
    epoch_s = (time.process_time() - start) / EPOCHS
    n_mice = cfg.cohort.mice_per_class * len(CLASSES)
    at_size_s = epoch_s * n_mice / MICE
    print(f"one epoch of training, {MICE:,} mice: {epoch_s:.1f} s of CPU")
    print(f"  by proportion, {n_mice:,} mice: {at_size_s:.0f} s")

    known = mice.first(10).watched(np.random.default_rng(0))
    start = time.process_time()
    posterior.sample(known, settings.draws, 1)
    draw_s = (time.process_time() - start) / (len(known) * settings.draws)
    n_draws = SESSIONS * len(MECHANISMS) * settings.draws
    print(f"one draw: {1000 * draw_s:.2f} ms of CPU")
    print(f"  by proportion, {n_draws:,} draws: {draw_s * n_draws:.0f} s")

    start = time.process_time()
    check(posterior, mice.first(CHECKED), settings.check_draws, 1)
    check_s = (time.process_time() - start) / CHECKED
    print(f"checks: {check_s:.2f} s of CPU per mouse")
    n_checked = settings.check_mice
    print(f"  by proportion, {n_checked} mice: {check_s * n_checked:.0f} s")


if __name__ == "__main__":
    main()
