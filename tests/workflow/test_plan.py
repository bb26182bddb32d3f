"""The plan at published size, and what wrong input gets instead of one."""

import re

import pytest

pytestmark = pytest.mark.workflow


def test_the_published_plan_has_shards_not_circuits(checkout):
    assert checkout.planned() == {
        "sample_circuits": 50,
        "simulate_shard": 150,
        "describe_simulations": 150,
        "simulate_cohort": 40,
        "train_mechanism": 1,
        "train_posterior": 1,
        "check_posterior": 1,
        "infer_circuits": 1,
        "infer_mechanism": 1,
        "fetch_session": 58,
        "extract_recording": 58,
        "find_epochs": 58,
        "count_epochs": 58,
        "describe_recordings": 58,
        "train_surrogate": 12,
        "simulate_repeats": 3,
        "describe_repeats": 3,
        "score_surrogates": 4,
        "observe_changes": 1,
        "predict": 1,
        "score_predictions": 1,
        "measure_domain": 1,
        "check_rate_matching": 1,
        "write_report": 1,
    }


def test_the_plan_fits_on_a_screen(checkout):
    assert len(checkout.snakemake("-n").splitlines()) < 40


def test_the_cluster_profile_plans_the_same_with_an_empty_home(checkout, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    output = checkout.snakemake(
        *("--profile", "slurm-gpu", "-n"),
        HOME=str(home),
        XDG_CONFIG_HOME=str(home),
        XDG_CACHE_HOME=str(home / "cache"),
    )
    assert re.search(r"^simulate_shard +150 +1 +8 GB +60 min$", output, re.MULTILINE)
    assert re.search(r"^extract_recording +58 +8 GB +30 min$", output, re.MULTILINE)
    assert re.search(r"^fetch_session +58$", output, re.MULTILINE)  # stays here


def test_the_rule_graph_is_clean_dot_with_both_branches(checkout):
    graph = checkout.snakemake("--rulegraph", "--configfile", "demo.yaml")
    assert "digraph" in graph
    for rule in ("simulate_shard", "extract_recording", "predict"):
        assert f'label = "{rule}"' in graph


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            "circuits={cuont: 1}",
            r"cuont is unknown; known here: family, connectome, count.* mean count\?",
        ),
        ("circuits={count: 0}", r"circuits.count='0'"),
        ("circuits={count: 2}", r"nearest_circuits=50 must not exceed"),
        (
            "prediction={nearest_circuits: 1} circuits={count: 2}",
            r"circuits.count=2 leaves .* use circuits.count=\d+ or more",
        ),
        ("simulation={duration_s: -1}", r"simulation.duration_s='-1'"),
        ("recordings={source: cache}", r"cache.directory=None is not a directory"),
        (
            "recordings={source: cache, cache: {directory: /nowhere}}",
            r"cache.directory=/nowhere is not a directory",
        ),
        (
            "recordings={source: cache, cache: {directory: src}}",
            r"directory=src contains no session: expected session_<id>",
        ),
        (
            "perturbation={fits: {batch: 200}}",
            r"references.trials=640 is less than 4 times fits.batch=200",
        ),
        (
            "perturbation={references: {calibrated: {inhibition_nA: 0.3}}}",
            r"calibrated.inhibition_nA=0.3 must be one of drive_inhibition_nA=\[0.05",
        ),
        (
            "perturbation={references: {area: {p_exc: 1.2}}}",
            r"perturbation.references.area: p_exc=1.2 must be 0 or more and 1 or less",
        ),
        ("perturbation={students: [bia]}", r"students.0='bia': should be one of 'bio'"),
        ("recordings={source: nwb}", r"nwb.files is empty, and source is nwb"),
        (
            "recordings={source: nwb, nwb: {files: {1: lost.nwb}}}",
            r"nwb.files names files that do not exist \(1: lost.nwb\): correct",
        ),
    ],
)
def test_wrong_input_is_one_message_before_any_job(checkout, override, said):
    overrides = re.split(r" (?=\w+=)", override)
    output = checkout.snakemake("--cores", "1", "--config", *overrides, check=False)
    assert re.search(said, output), output
    assert "Traceback" not in output
    assert len(output.splitlines()) < 8
    assert not (checkout.path / "results").exists()


# Promise: a command names a configuration that is not there, has a target that an
#   option takes for its value, or a key that --config cannot have | when Snakemake
#   reads it, in one sentence | correct the command
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--configfile nope.yaml", "there is no file nope.yaml in /"),
        ("--configfile demo.yaml simulations", "'simulations' is no YAML .* X -- TARG"),
        ("--configfile demo.yaml Snakefile", "'Snakefile' is no YAML .* X -- TARGET"),
        ("--configfile tests", "'tests' is no YAML file; targets come first"),
        ("--configfile bad.yaml", "bad.yaml cannot be read as YAML: .* line 1"),
        ("--configfile list.yaml", "list.yaml is no configuration: .* at top level"),
        ("--config a.bc.d=1", r"--config 'a=\{bc: \{d: 1\}\}'"),
        ("--config run=mine simulations", "'simulations' is not of the form KEY=VALUE"),
        ("--config r=1", r"'r' is no key .* --config 'r=\{KEY: VALUE\}'"),
    ],
)
def test_a_command_that_cannot_be_read_is_one_sentence(checkout, arguments, said):
    (checkout.path / "bad.yaml").write_text("run: [1\n")
    (checkout.path / "list.yaml").write_text("[1, 2]\n")
    output = checkout.snakemake("-n", *arguments.split(), check=False)
    *profile, sentence = output.splitlines()
    assert re.search(said, sentence)
    assert len(profile) < 2


def test_every_rule_has_a_script_of_its_name_and_a_log_with_it(checkout):
    rules = "".join(p.read_text() for p in (checkout.path / "rules").glob("*.smk"))
    names = re.findall(r"^rule (\w+):", rules, re.MULTILINE)
    as_another = re.findall(r"^use rule \w+ as (\w+) with:", rules, re.MULTILINE)
    scripts = {p.stem for p in (checkout.path / "workflow_scripts").glob("*.py")}
    logs = re.findall(r'"<logs>/(\w+)', rules)
    assert sorted(names) == sorted(scripts)
    assert sorted(logs) == sorted([*names, *as_another])


def test_a_missing_environment_is_told_before_any_job(checkout):
    (checkout.path / ".venv-allen").unlink(missing_ok=True)
    output = checkout.snakemake(
        "--cores", "1", "--configfile", "tests/tiny.yaml", check=False
    )
    assert "run `make setup` first" in output
    assert not (checkout.path / "results").exists()
    assert checkout.planned("--configfile", "tests/tiny.yaml")["extract_recording"] == 3


def test_a_faulty_extension_is_one_line_in_the_plan(checkout):
    (checkout.path / "mine.py").write_text(
        "from minicolumn.registry import mechanism\n\n\n"
        "@mechanism('mine')\ndef mine(level, ach):\n    return level / 0\n"
    )
    extended = ("--configfile", "tests/tiny.yaml", "--config", "extensions=[mine.py]")
    output = checkout.snakemake("-n", *extended, check=False)
    assert re.search(
        r"mine.py, line 6: the mechanism 'mine', called with ACh level 0.0: "
        "ZeroDivisionError: float division by zero$",
        output.strip(),
    )
    assert "Traceback" not in output
