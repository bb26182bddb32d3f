"""More circuits to start from are those that the simulations of a run would hold."""

import pytest

from minicolumn.config import Physics
from minicolumn.files.store import table_of
from minicolumn.files.tables import SIMULATIONS
from minicolumn.learning.splits import SplitRule
from minicolumn.simulation.shard import simulate_shard
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.windows import describe_simulations
from minicolumn.tuning.resting import describe_resting, resting_circuits


@pytest.fixture(scope="module")
def physics(cfg):
    short = cfg.simulation.model_copy(update={"duration_s": 1.0, "warmup_s": 0.1})
    return Physics(**cfg.physics()).model_copy(update={"simulation": short})


def test_circuits_that_only_judge_are_not_simulated(cfg, physics):
    rule = SplitRule(cfg.seed, **cfg.surrogates.split())
    found = [row["circuit_id"] for row in resting_circuits(range(40), rule, physics)]
    assert found == [one for one in range(40) if rule.split_of(one) == "train"]
    assert 0 < len(found) < 40


@pytest.mark.slow
def test_they_do_at_rest_what_they_do_in_a_run(cfg, physics):
    rule = SplitRule(cfg.seed, **cfg.surrogates.split())
    rows = resting_circuits(range(4), rule, physics)
    (alone,) = describe_resting(rows, physics, cfg.statistics)
    levels = physics.acetylcholine.model_copy(update={"levels": (0.0, 0.5)})
    both = physics.model_copy(update={"acetylcholine": levels})
    (part,) = simulate_shard(rows, "combined", both)
    run = describe_simulations(
        table_of(part, SIMULATIONS), cfg.statistics, physics.seed
    )
    at_rest = [place for place, level in enumerate(run["level"]) if level == 0]
    for name in STATISTIC_NAMES:
        expected = [run[name][place] for place in at_rest]
        assert alone[name] == pytest.approx(expected, nan_ok=True, rel=1e-6)
