"""Fit circuits to what each session did at rest, and ask them about running.

Makes in <results>/tuned/: circuits/ and resting/, more circuits to start from
(tuned.more_circuits) and what they do at rest; fits/, circuits before and after; steps/, the loss of each
step; statistics/, what these circuits do at rest and under each mechanism while
running; predictions.parquet and checks.parquet, what that means for each session; and
scores.json. Nothing else depends on it.
"""

FIT = {"settings": cfg.tuned.fitting(), "matching": cfg.statistics.model_dump()}


rule simulate_resting:
    """Simulate more circuits to start from without ACh alone, and describe them."""
    output:
        circuits=RESTING_CIRCUITS,
        statistics=RESTING_STATISTICS,
    log:
        "<logs>/simulate_resting/{shard}.log",
    benchmark:
        "<results>/benchmarks/simulate_resting/{shard}.tsv"
    resources:
        gpu=1,
    params:
        circuits=resting_circuits_of,
        split=cfg.surrogates.split(),
        physics=cfg.physics(),
        matching=cfg.statistics.model_dump(),
        code=code("simulate_resting"),
    script:
        "../workflow_scripts/simulate_resting.py"


rule tune_circuit:
    """Fit circuits to what one session did at rest."""
    input:
        recorded=RECORDED_STATISTICS,
        session=SESSION,
        circuits=circuits_to_start_from,
        simulated=[*WITHOUT_ACH, *ALL_RESTING_STATISTICS],
        cohort=ALL_COHORT,
        samples=[POSTERIOR_SAMPLES] if cfg.tuned.start == "posterior" else [],
        units=[UNITS] if cfg.tuned.also.need_spikes else [],
        epochs=[EPOCHS] if cfg.tuned.also.need_spikes else [],
    output:
        fits=directory(TUNED_FITS),
        steps=TUNED_STEPS,
    log:
        "<logs>/tune_circuit/{session}.log",
    benchmark:
        "<results>/benchmarks/tune_circuit/{session}.tsv"
    resources:
        gpu=1,
    params:
        **FIT,
        starts={"kind": cfg.tuned.start, "n": cfg.tuned.n_starts},
        split=cfg.surrogates.split(),
        units=cfg.recordings.units.model_dump(),
        physics=cfg.physics(),
        code=code("tune_circuit"),
    script:
        "../workflow_scripts/tune_circuit.py"


rule simulate_tuned:
    """Simulate fitted circuits at rest and while running, and those before the fit."""
    input:
        fits=TUNED_FITS,
    output:
        TUNED_STATISTICS,
    log:
        "<logs>/simulate_tuned/{session}.log",
    benchmark:
        "<results>/benchmarks/simulate_tuned/{session}.tsv"
    resources:
        gpu=1,
    params:
        states=cfg.states.levels.model_dump(),
        trials=cfg.tuned.trials,
        matching=cfg.statistics.model_dump(),
        physics=cfg.physics(),
        code=code("simulate_tuned"),
    script:
        "../workflow_scripts/simulate_tuned.py"


rule predict_tuned:
    """Predict sessions by the circuits that were fitted to them, and check the fits."""
    input:
        **SCORED_RECORDINGS,
        fits=ALL_TUNED_FITS,
        described=ALL_TUNED_STATISTICS,
        simulated=ALL_SIMULATED,
        cohort=ALL_COHORT,
    output:
        predictions=report(
            TUNED_PREDICTIONS,
            caption="captions/predictions.rst",
            category="Predicted and observed change",
            labels={"what": "predictions of fitted circuits"},
        ),
        checks=TUNED_CHECKS,
    log:
        "<logs>/predict_tuned.log",
    benchmark:
        "<results>/benchmarks/predict_tuned.tsv"
    params:
        settings=cfg.tuned.fitting(),
        start=cfg.tuned.start,
        states=cfg.states.levels.model_dump(),
        split=cfg.surrogates.split(),
        per_state_at_least=cfg.epochs.per_state_at_least,
        seed=cfg.seed,
        code=code("predict_tuned"),
    script:
        "../workflow_scripts/predict_tuned.py"


use rule score_predictions as score_tuned with:
    input:
        predictions=[PREDICTIONS, TUNED_PREDICTIONS],
        observed=OBSERVED,
        domain=DOMAIN_OF_SESSIONS,
        truth=TRUTH,
    output:
        report(
            TUNED_SCORES,
            caption="captions/scores.rst",
            category="Predicted and observed change",
            labels={"what": "scores, with fitted circuits"},
        ),
    log:
        "<logs>/score_tuned.log",
    benchmark:
        "<results>/benchmarks/score_tuned.tsv"


rule write_tuned_report:
    """Write the page about fitted circuits."""
    input:
        fits=ALL_TUNED_FITS,
        steps=ALL_TUNED_STEPS,
        sessions=SCORED_RECORDINGS["sessions"],
        checks=TUNED_CHECKS,
        predictions=TUNED_PREDICTIONS,
        observed=OBSERVED,
        scores=TUNED_SCORES,
    output:
        page=report(
            TUNED_REPORT,
            caption="captions/tuned.rst",
            category="Report",
            labels={"what": "the page about fitted circuits"},
        ),
        figures=directory(TUNED_FIGURES),
    log:
        "<logs>/write_tuned_report.log",
    benchmark:
        "<results>/benchmarks/write_tuned_report.tsv"
    params:
        **PAGE,
        perturbation=if_made(PERTURBATION_SUMMARY),
        code=code("write_tuned_report"),
    script:
        "../workflow_scripts/write_tuned_report.py"


localrules:
    tuned,
