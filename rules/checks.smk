"""Ask what could mislead: recordings unlike any simulation, and changes of rate.

Makes <results>/transfer/domain.parquet and domain.json: where every recorded epoch and
session lies among the simulations; and <results>/transfer/rate_matching.parquet: whether
an observed change survives when rates cannot differ.
"""


rule measure_domain_gap:
    """Say where every recorded epoch and session lies among the simulations."""
    input:
        simulated=expand(
            "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet",
            mechanism=MECHANISMS,
            shard=SHARDS,
        ),
        recorded=expand(
            "<results>/statistics/recorded/{session}.parquet", session=RECORDINGS
        ),
    output:
        table="<results>/transfer/domain.parquet",
        cohort="<results>/transfer/domain.json",
    log:
        "<logs>/measure_domain_gap.log",
    params:
        states=cfg.states.model_dump(),
        seed=cfg.seed,
        code=code("measure_domain_gap", "minicolumn.transfer"),
    script:
        "../workflow_scripts/measure_domain_gap.py"


rule check_rate_matching:
    """Compare each observed change with the one at matched rates."""
    input:
        simulated=expand(
            "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet",
            mechanism=MECHANISMS,
            shard=SHARDS,
        ),
        recorded=expand(
            "<results>/statistics/recorded/{session}.parquet", session=RECORDINGS
        ),
        sessions=expand("<results>/sessions/{session}.parquet", session=RECORDINGS),
    output:
        "<results>/transfer/rate_matching.parquet",
    log:
        "<logs>/check_rate_matching.log",
    params:
        states=cfg.states.model_dump(),
        per_state_at_least=cfg.epochs.per_state_at_least,
        code=code("check_rate_matching", "minicolumn.transfer"),
    script:
        "../workflow_scripts/check_rate_matching.py"
