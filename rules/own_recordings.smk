"""Read a lab's own NWB files, after the mapping in config: recordings.nwb."""


rule extract_own_recording:
    """Read a lab's own file and write what the rest of the workflow needs."""
    input:
        nwb_of,
    output:
        units="<results>/recordings/{session}/units.parquet",
        speed="<results>/recordings/{session}/speed.parquet",
        intervals="<results>/recordings/{session}/intervals.parquet",
    log:
        "<logs>/extract_own_recording/{session}.log",
    benchmark:
        "<results>/benchmarks/extract_own_recording/{session}.tsv"
    conda:
        "../envs/allen.conda.yaml"
    params:
        mapping=cfg.recordings.nwb.model_dump_json(exclude={"files"}),
        areas=json.dumps(cfg.recordings.units.areas),
        code=code("extract_own_recording"),
    shell:
        "{ALLEN_PYTHON} {SCRIPTS:q}/extract_own_recording.py {input:q}"
        " {wildcards.session} {params.mapping:q} {params.areas:q}"
        " {output.units:q} {output.speed:q} {output.intervals:q} {log:q} 2>> {log:q}"
