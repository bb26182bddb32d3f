"""A result's path is written once, in rules/collections.smk; rules use its name."""

import re
import tokenize
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COLLECTIONS = ROOT / "rules" / "collections.smk"
OTHERS = [ROOT / "Snakefile", *sorted({*ROOT.glob("rules/*.smk")} - {COLLECTIONS})]
# A log or a benchmark is no result: only the rule that writes it names its path.
OF_ONE_RULE = ("<logs>/", "<results>/benchmarks/")


def paths(file):
    """Return the strings of a file that are a path of the run; docstrings are not."""
    with file.open("rb") as lines:
        strings = [
            token.string
            for token in tokenize.tokenize(lines.readline)
            if token.type == tokenize.STRING and '"""' not in token.string
        ]
    found = [string.lstrip("f").strip("\"'") for string in strings]
    return [path for path in found if re.search("<results>|<logs>", path)]


def rules_with_gpu():
    """Return the rules that ask for a GPU, those made of others included."""
    text = "".join(file.read_text() for file in OTHERS)
    bodies = re.split(r"^(?:rule|use rule) ", text, flags=re.MULTILINE)[1:]
    asking = {re.split(r"\W", body)[0] for body in bodies if "gpu=1," in body}
    made_of = re.findall(r"^use rule (\w+) as (\w+)", text, re.MULTILINE)
    return asking | {name for source, name in made_of if source in asking}


def test_the_cluster_profile_sends_what_needs_a_gpu_where_there_are_some():
    profile = yaml.safe_load((ROOT / "profiles/slurm-gpu/config.yaml").read_text())
    sent = {
        rule
        for rule, asked in profile["set-resources"].items()
        if asked.get("slurm_partition") == "gpu"
    }
    assert sent == rules_with_gpu()


def test_no_name_is_given_in_two_files():
    """All files share one name space: a second one would replace the first."""
    given = [
        name
        for file in (COLLECTIONS, *OTHERS)
        for name in {*re.findall(r"^(\w+) = |^def (\w+)", file.read_text(), re.M)}
    ]
    assert len(given) > 100
    assert [name for name, n in Counter(given).items() if n > 1] == []


def test_what_has_a_log_is_measured_under_the_same_name():
    """So `benchmarks/whole_run.py` knows what every stage costs."""
    text = "".join(file.read_text() for file in OTHERS)
    logs = set(re.findall(r'"<logs>/([^"]+)\.log"', text))
    measured = set(re.findall(r'"<results>/benchmarks/([^"]+)\.tsv"', text))
    assert logs == measured
    assert len(logs) > 40


@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_only_collections_names_the_path_of_a_result(file):
    assert [path for path in paths(file) if not path.startswith(OF_ONE_RULE)] == []


def test_no_path_is_written_twice():
    for file in (COLLECTIONS, *OTHERS):
        assert len(paths(file)) == len({*paths(file)}), file.name
    assert len(paths(COLLECTIONS)) > 30
    assert all(path.startswith("<results>/") for path in paths(COLLECTIONS))


def test_collections_are_expanded_once():
    """What a rule takes as a whole has a name that other rules can use, too."""
    assert not [file.name for file in OTHERS if "expand(" in file.read_text()]


def test_every_name_of_a_path_is_used():
    text = COLLECTIONS.read_text()
    everything = text + "".join(file.read_text() for file in OTHERS)
    for name in re.findall(r"^([A-Z_]+) = ", text, re.MULTILINE):
        assert len(re.findall(rf"\b{name}\b", everything)) > 1, name
