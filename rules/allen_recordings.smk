"""Read sessions in the Allen Institute's format with AllenSDK."""


rule extract_recording:
    """Read one session with AllenSDK and write what the workflow needs."""
    input:
        nwb_of,
    output:
        units="<results>/recordings/{session}/units.parquet",
        speed="<results>/recordings/{session}/speed.parquet",
        intervals="<results>/recordings/{session}/intervals.parquet",
    log:
        "<logs>/extract_recording/{session}.log",
    benchmark:
        "<results>/benchmarks/extract_recording/{session}.tsv"
    conda:
        "../envs/allen.conda.yaml"
    params:
        code=code("extract_recording"),
    shell:
        "{ALLEN_PYTHON} {SCRIPTS:q}/extract_recording.py {input:q}"
        " {wildcards.session} {output.units:q} {output.speed:q}"
        " {output.intervals:q} {log:q} 2>> {log:q}"
