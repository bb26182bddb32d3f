"""Read circuits and their statistics from archives instead of simulating them.

Needs the tar.gz archives that config names: circuits.archives.files. Makes
<results>/circuits/shard-0000.parquet, <results>/statistics/simulated/{mechanism}/
shard-0000.parquet, and <results>/circuits/refused.parquet: each file that did not fit,
and why. Archives contain no spikes, so there is nothing at <results>/simulations.
"""


# The paths of archives are no parameters: moving archives must not import them again.
rule import_circuits:
    """Read the archives; files that do not fit are rows in the table of refusals."""
    input:
        **{name: local(path) for name, path in cfg.circuits.archives.files.items()},
    output:
        **IMPORTED_STATISTICS,
        circuits=IMPORTED_CIRCUITS,
        refused=REFUSED_FILES,
    log:
        "<logs>/import_circuits.log",
    benchmark:
        "<results>/benchmarks/import_circuits.tsv"
    params:
        family=cfg.circuits.family,
        archives=cfg.circuits.archives.model_dump(exclude={"files"}),
        expected=dict(
            prior=cfg.physics()["prior"],
            levels=cfg.acetylcholine.levels,
            duration_s=cfg.simulation.duration_s,
            n_units=cfg.statistics.n_units,
            runaway_hz=cfg.simulation.runaway_hz,
        ),
        split=cfg.surrogates.split(),
        seed=cfg.seed,
        code=code("import_circuits"),
    script:
        "../workflow_scripts/import_circuits.py"
