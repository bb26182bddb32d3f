"""What users add is called before a run, and each fault is one sentence."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from overlay import ROOT, overlaid

from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.errors import ExtensionError
from minicolumn.extension_checks import planned
from minicolumn.registry.loading import VARIABLE
from minicolumn.yaml_files import read_yaml

FAULTY = """
import numpy as np
from minicolumn.registry import *

@mechanism("divides")
def divides(level, ach):
    from minicolumn.circuits.conditions import Condition
    print("at", level)
    return Condition(drive_nA={"exc": level / (level - 0.2)})

@mechanism("elsewhere")
def elsewhere(level, ach):
    from minicolumn.circuits.conditions import Condition
    return Condition(release={"dendrite": 1 - level})

@mechanism("endless")
def endless(level, ach):
    from minicolumn.circuits.conditions import Condition
    return Condition(m_conductance=float("inf") if level else 1.0)

@mechanism("leaves")
def leaves(level, ach):
    raise SystemExit("no license")

@statistic("of_all", "1", "one value for all subsets")
def of_all(trains, members):
    return 1.0

@statistic("first_spike", "s", "fails where there is none")
def first_spike(trains, members):
    return np.full(len(members), trains.time_s[0])

@surrogate("misshapen")
class Misshapen:
    fit = staticmethod(lambda task: {"mean": np.nanmean(task.targets, axis=0)})
    predict = staticmethod(lambda learned, inputs: learned["mean"])

@surrogate("unlearned")
class Unlearned:
    @staticmethod
    def fit(task):
        return np.linalg.inv(np.zeros((2, 2)))

@distribution("one_way")
class OneWay:
    at_quantile = staticmethod(lambda q, low, high: low + (high - low) * q**2)
    quantile_of = staticmethod(lambda value, low, high: (value - low) / (high - low))

@distribution("beyond")
class Beyond:
    at_quantile = staticmethod(lambda q, low, high: low + high * q)
    quantile_of = staticmethod(lambda value, low, high: (value - low) / high)

@distribution("down")
class Down:
    at_quantile = staticmethod(lambda q, low, high: high + (low - high) * q)
    quantile_of = staticmethod(lambda value, low, high: (value - high) / (low - high))

@recordings("no_speed")
def no_speed(path, session_id):
    return {"units": open(path).read()}["speed"]

@rival("nothing", low=0, high=1, source="ours")
def nothing(strength):
    from minicolumn.circuits.conditions import Condition
    return Condition(m_conductance=1 - strength)

@rival("of_vip", low=1, high=2, source="ours")
def of_vip(strength):
    from minicolumn.circuits.conditions import Condition
    return Condition(depolarization_mV={"vip": strength})
"""
SAID = {
    "divides": r"line 9: .* called with ACh level 0.2: ZeroDivisionError: float",
    "elsewhere": r"called with ACh level 0.2: ValueError: .*names \['dendrite'\]",
    "endless": r"called with ACh level 0.2: returned Condition.* is not finite",
    "leaves": r"line 23: .* called with ACh level 0.0: SystemExit: no license",
    "of_all": r"called with 25 Poisson units: .* one value for each of 2 subsets",
    "first_spike": r"line 31: .* with 25 silent units: IndexError: index 0 is out",
    "misshapen": r"called with 72 rows: .* of shape \(13,\) and not \(72, 13\)",
    "unlearned": r"line 42: .* called with 72 rows: LinAlgError: Singular matrix",
    "one_way": r"called with prior.g_ee_nS: quantile_of is no inverse",
    "beyond": r"called with low=1, high=2: .* as many values, from 1.0 to 2.0",
    "down": r"called with low=1, high=2: at_quantile falls",
    "nothing": r"called with strength 0: the rival 'nothing' .* returns Condition\(",
    "of_vip": r"called with strength 1: ValueError: a condition names \['vip'\]",
    "no_speed": r"line 61: .* called with \S+mouse.txt: KeyError: 'speed'",
}
CHECK = [sys.executable, "-m", "minicolumn.extension_checks"]


def check(directory, text, **changes):
    """Return what a process of its own says of a file, as the plan would start it."""
    file = directory / "mine.py"
    file.write_text(text)
    configuration = directory / "configuration.json"
    values = overlaid("tests/tiny.yaml") | changes | {"extensions": [str(file)]}
    configuration.write_text(json.dumps(values))
    with configuration.open() as stdin:
        return subprocess.run(
            CHECK,
            stdin=stdin,
            env=os.environ | {VARIABLE: json.dumps([str(file)])},
            capture_output=True,
            text=True,
            check=False,
        )


# Promise: an extension fails, or returns something else than its kind has to | by the
#   plan, which calls each once | correct it where the message says
def test_every_fault_is_one_sentence_with_file_name_and_place(tmp_path):
    mouse = tmp_path / "mouse.txt"
    mouse.write_text("spikes")
    values = overlaid("tests/tiny.yaml")
    recordings = values["recordings"] | {
        "source": "no_speed",
        "other": {"files": {1: str(mouse)}},
    }
    drawn = values["prior"]["g_ee_nS"] | {"scale": "one_way"}
    prior = values["prior"] | {"g_ee_nS": drawn}
    run = check(tmp_path, FAULTY, recordings=recordings, prior=prior)
    assert run.returncode == 1, run.stderr
    said = {re.findall(r"'(\w+)'", line)[0]: line for line in run.stdout.splitlines()}
    assert said.keys() == SAID.keys()
    for name, line in said.items():
        assert str(tmp_path / "mine.py") in line
        assert re.search(SAID[name], line), line


def test_the_examples_have_no_fault(tmp_path):
    names = ("nicotinic", "cv2", "quadratic", "triangular")
    files = [ROOT / "docs" / "extending" / f"{name}.py" for name in names]
    text = "".join(f"import runpy\nrunpy.run_path({str(file)!r})\n" for file in files)
    run = check(tmp_path, text)
    assert (run.stdout.strip(), run.returncode) == ("", 0), run.stderr


def test_a_rival_that_does_nothing_in_circuits_of_the_family_is_refused(tmp_path):
    text = (ROOT / "docs/extending/rivals/m_current_block.py").read_text()
    assert check(tmp_path, text).stdout.strip() == ""
    overlay = read_yaml(ROOT / "tests/tiny.yaml")
    overlay |= {"circuits": {"family": "lif_random"}}
    values = settings_of(read_yaml(ROOT / "config.yaml"), overlay)
    run = check(tmp_path, text, **values)
    said = "does nothing in circuits of the family lif_random: leave the rival out"
    assert said in run.stdout
    assert "\n" not in run.stdout.strip()


@pytest.fixture
def extended(tmp_path, monkeypatch):
    """A configuration with an extension, in a directory without any marks."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.py"
    file.write_text("x = 1\n")
    started = []

    def run(*_, **__):
        started.append(1)
        return subprocess.CompletedProcess(CHECK, int(len(started) == 1), "", "Killed")

    monkeypatch.setattr(planned.subprocess, "run", run)
    values = overlaid("tests/tiny.yaml") | {"extensions": ["mine.py"]}
    return lambda **changes: parse_config(values | changes), started, file


def test_what_has_passed_is_not_called_again_unless_something_changes(extended):
    cfg, started, file = extended
    with pytest.raises(ExtensionError, match="exit status 1: Killed"):
        planned.check_extensions(cfg())
    for again in (2, 2):
        planned.check_extensions(cfg())
        assert len(started) == again
    planned.check_extensions(cfg(seed=cfg().seed + 1))
    assert len(started) == 3
    file.write_text("x = 2\n")
    for cached in ("_parsed", "_meaning", "_imports"):  # a plan is a new process
        planned.code_digest.__globals__[cached].cache_clear()
    planned.check_extensions(cfg())
    assert len(started) == 4
    planned.check_extensions(cfg(extensions=[]))
    assert len(started) == 4
    assert Path(".cache/extensions").is_dir()
