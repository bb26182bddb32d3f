"""Predict how each session changes from rest to running, and score that.

Makes in <results>/transfer/: observed.parquet, what each session did and how surely;
changes.parquet, what each surrogate predicted; references.parquet, predictions without
any surrogate; held_out.parquet, the same surrogates on circuits whose change is known;
and scores.json, what all that comes to.
"""

SCORED_RECORDINGS = {
    "recorded": expand(
        "<results>/statistics/recorded/{session}.parquet", session=RECORDINGS
    ),
    "sessions": expand("<results>/sessions/{session}.parquet", session=RECORDINGS),
}
ALL_CIRCUITS = expand("<results>/circuits/shard-{shard}.parquet", shard=SHARDS)
ALL_SIMULATED = expand(
    "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet",
    mechanism=MECHANISMS,
    shard=SHARDS,
)
ALL_SURROGATES = expand(
    "<results>/surrogates/{training_set}/{architecture}",
    training_set=TRAINING_SETS,
    architecture=ARCHITECTURES,
)


rule observe_changes:
    """Observe how each session changes from rest to running, and how surely."""
    input:
        **SCORED_RECORDINGS,
    output:
        report(
            "<results>/transfer/observed.parquet",
            caption="captions/observed.rst",
            category="Transfer: predicted and observed change",
            labels={"what": "observed changes"},
        ),
    log:
        "<logs>/observe_changes.log",
    params:
        per_state_at_least=cfg.epochs.per_state_at_least,
        n_resamples=cfg.transfer.n_resamples,
        seed=cfg.seed,
        code=code("observe_changes"),
    script:
        "../workflow_scripts/observe_changes.py"


rule predict_changes:
    """Predict each session's change with every surrogate, beside what it did."""
    input:
        **SCORED_RECORDINGS,
        circuits=ALL_CIRCUITS,
        simulated=ALL_SIMULATED,
        surrogates=ALL_SURROGATES,
        possible="<results>/inference/posterior_samples.parquet",
        observed="<results>/transfer/observed.parquet",
    output:
        changes=report(
            "<results>/transfer/changes.parquet",
            caption="captions/changes.rst",
            category="Transfer: predicted and observed change",
            labels={"what": "changes"},
        ),
        checks="<results>/transfer/predictive_checks.parquet",
    log:
        "<logs>/predict_changes.log",
    benchmark:
        "<results>/benchmarks/predict_changes.tsv"
    params:
        states=cfg.states.model_dump(),
        rest=cfg.cohort.stationary.model_dump(),
        running=cfg.cohort.running.model_dump(),
        prior=cfg.physics()["prior"],
        per_state_at_least=cfg.epochs.per_state_at_least,
        seed=cfg.seed,
        code=code("predict_changes"),
    script:
        "../workflow_scripts/predict_changes.py"


rule predict_without_surrogate:
    """Predict each session's change from simulations alone, without a surrogate."""
    input:
        **SCORED_RECORDINGS,
        simulated=ALL_SIMULATED,
    output:
        "<results>/transfer/references.parquet",
    log:
        "<logs>/predict_without_surrogate.log",
    params:
        states=cfg.states.model_dump(),
        split=cfg.surrogates.split(),
        seed=cfg.seed,
        nearest_circuits=cfg.transfer.nearest_circuits,
        per_state_at_least=cfg.epochs.per_state_at_least,
        code=code("predict_without_surrogate"),
    script:
        "../workflow_scripts/predict_without_surrogate.py"


rule predict_held_out:
    """Predict held-out circuits, whose change is known, as if they were sessions."""
    input:
        circuits=ALL_CIRCUITS,
        simulated=ALL_SIMULATED,
        surrogates=ALL_SURROGATES,
    output:
        "<results>/transfer/held_out.parquet",
    log:
        "<logs>/predict_held_out.log",
    params:
        states=cfg.states.model_dump(),
        nearest_circuits=cfg.transfer.nearest_circuits,
        code=code("predict_held_out"),
    script:
        "../workflow_scripts/predict_held_out.py"


rule score_transfer:
    """Score predicted against observed changes, with all a score needs beside it."""
    input:
        changes="<results>/transfer/changes.parquet",
        observed="<results>/transfer/observed.parquet",
        references="<results>/transfer/references.parquet",
        held_out="<results>/transfer/held_out.parquet",
        domain="<results>/domain/domain.parquet",
        truth=synthetic_truth("<results>/recordings"),
    output:
        report(
            "<results>/transfer/scores.json",
            caption="captions/scores.rst",
            category="Transfer: predicted and observed change",
            labels={"what": "scores"},
        ),
    log:
        "<logs>/score_transfer.log",
    params:
        settings=cfg.transfer.model_dump(mode="json"),
        seed=cfg.seed,
        code=code("score_transfer"),
    script:
        "../workflow_scripts/score_transfer.py"
