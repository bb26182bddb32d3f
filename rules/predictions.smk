"""Predict how each session changes between its states, and score that.

Makes in <results>/prediction/: observed.parquet, what each session did and how surely;
predictions.parquet, what it was expected to do, by the method and by every control, and
the same for held-out mice whose mechanism is known; predictive_checks.parquet, whether
a mechanism could have produced what was observed; and scores.json, what all that comes
to.
"""


rule observe_changes:
    """Observe how each session changes between its states, and how surely."""
    input:
        **SCORED_RECORDINGS,
    output:
        report(
            OBSERVED,
            caption="captions/observed.rst",
            category="Predicted and observed change",
            labels={"what": "observed changes"},
        ),
    log:
        "<logs>/observe_changes.log",
    benchmark:
        "<results>/benchmarks/observe_changes.tsv"
    params:
        compared=cfg.states.compared,
        per_state_at_least=cfg.epochs.per_state_at_least,
        n_resamples=cfg.prediction.n_resamples,
        seed=cfg.seed,
        code=code("observe_changes"),
    script:
        "../workflow_scripts/observe_changes.py"


rule predict:
    """Predict sessions and held-out mice, by the method and by every control."""
    input:
        **SCORED_RECORDINGS,
        circuits=ALL_CIRCUITS,
        simulated=ALL_SIMULATED,
        surrogates=ALL_SURROGATES,
        posterior=POSTERIOR,
        cohort=ALL_COHORT,
        observed=OBSERVED,
    output:
        predictions=report(
            PREDICTIONS,
            caption="captions/predictions.rst",
            category="Predicted and observed change",
            labels={"what": "predictions"},
        ),
        checks=PREDICTIVE_CHECKS,
    log:
        "<logs>/predict.log",
    benchmark:
        "<results>/benchmarks/predict.tsv"
    params:
        states=cfg.states.levels.model_dump(),
        rest=cfg.cohort.stationary.model_dump(),
        rises=cfg.rises(),
        prior=cfg.physics()["prior"],
        split=cfg.surrogates.split(),
        nearest_circuits=cfg.prediction.nearest_circuits,
        held_out_mice=cfg.prediction.held_out_mice,
        draws=cfg.inference.posterior.draws,
        per_state_at_least=cfg.epochs.per_state_at_least,
        seed=cfg.seed,
        code=code("predict"),
    script:
        "../workflow_scripts/predict.py"


rule score_predictions:
    """Score predicted against observed changes."""
    input:
        predictions=[PREDICTIONS],
        observed=OBSERVED,
        domain=DOMAIN_OF_SESSIONS,
        truth=TRUTH,
    output:
        report(
            SCORES,
            caption="captions/scores.rst",
            category="Predicted and observed change",
            labels={"what": "scores"},
        ),
    log:
        "<logs>/score_predictions.log",
    benchmark:
        "<results>/benchmarks/score_predictions.tsv"
    params:
        settings=cfg.prediction.model_dump(mode="json"),
        seed=cfg.seed,
        code=code("score_predictions"),
    script:
        "../workflow_scripts/score_predictions.py"
