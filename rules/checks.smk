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
        table=report(
            "<results>/transfer/domain.parquet",
            caption="captions/domain.rst",
            category="Domain and rates",
            labels={"what": "domain gap, sessions"},
        ),
        cohort=report(
            "<results>/transfer/domain.json",
            caption="captions/domain.rst",
            category="Domain and rates",
            labels={"what": "domain gap, all"},
        ),
    log:
        "<logs>/measure_domain_gap.log",
    params:
        states=cfg.states.model_dump(),
        seed=cfg.seed,
        code=code("measure_domain_gap"),
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
        report(
            "<results>/transfer/rate_matching.parquet",
            caption="captions/rate_matching.rst",
            category="Domain and rates",
            labels={"what": "at matched rates"},
        ),
    log:
        "<logs>/check_rate_matching.log",
    params:
        states=cfg.states.model_dump(),
        per_state_at_least=cfg.epochs.per_state_at_least,
        code=code("check_rate_matching"),
    script:
        "../workflow_scripts/check_rate_matching.py"
