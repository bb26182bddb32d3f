"""Every command in README and the documentation is planned as it is written."""

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkouts import ROOT, copy_checkout

pytestmark = pytest.mark.workflow

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
BLOCKS = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPANS = re.compile(r"`((?:\.venv/bin/)?(?:snakemake|make|\.ci)\b[^`\n]*)`")
# A block without a language holds commands, except for drawings.
SHELL = ("", "sh", "bash", "shell", "console")
DRAWING = "──►"
# Programs that are not this project's.
OTHERS = {
    "$EDITOR",
    "export",
    "scancel",
    "...",
    ".venv/bin/pip",
    "pip",
    "git",
    "gunzip",
    "cd",
    "uv",
    "python",
}
# Options whose effect is not a plan, and why a dry run cannot show them.
NOT_PLANNED = {
    "--report": "needs a finished run: tests/workflow/test_snakemake_report.py",
    "--unlock": "plans nothing: tests/workflow/test_recovery.py",
    "--sdm": "needs conda: tests/workflow/test_conda.py",
    "--lint": "plans nothing: make check",
}
# Files that readers have of their own, empty here: a plan asks whether they exist.
OWN = (
    *("data/mouse-1.nwb", "data/mouse-2.nwb", "data/v14a_circuits.tar.gz"),
    *("data/v14b_circuits.tar.gz", "data/v14c_circuits.tar.gz"),
    "data/ecephys/session_715093703/session_715093703.nwb",
)


def lines_of(block):
    """Yield the commands of a shell block; after a prompt, other lines are output."""
    has_prompt = re.search(r"^\$ ", block, re.MULTILINE)
    for line in re.sub(r"\\\n\s*", " ", block).splitlines():
        if line.strip() and (not has_prompt or line.startswith("$ ")):
            yield line.removeprefix("$ ")


def commands():
    """Return the words of every command, each once, by its text."""
    found = []
    for page in PAGES:
        text = page.read_text()
        blocks = [content for kind, content in BLOCKS.findall(text) if kind in SHELL]
        found += [
            line for one in blocks if DRAWING not in one for line in lines_of(one)
        ]
        found += SPANS.findall(BLOCKS.sub("", text))
    words = (shlex.split(line, comments=True) for line in found)
    by_text = {shlex.join(one): one for one in words if one}
    return {
        text.removeprefix(".venv/bin/"): [Path(words[0]).name, *words[1:]]
        if words[0].startswith(".venv/")
        else words
        for text, words in by_text.items()
    }


def planned():
    """Return the plans that commands ask for, each once, however many cores it has."""
    asked = (
        words[1:]
        for words in COMMANDS.values()
        if words[0] == "snakemake" and not NOT_PLANNED.keys() & {*words}
    )
    texts = (re.sub(r"(^| )(-n|--cores \d+)(?= |$)", "", shlex.join(w)) for w in asked)
    return sorted({text.strip() for text in texts})


COMMANDS = commands()
PLANNED = planned()
MADE = [text for text, words in COMMANDS.items() if words[0] == "make"]
OWN_COMMANDS = {words[1] for words in COMMANDS.values() if words[0] == "minicolumn"}


def named_overlays():
    """Yield the configurations of the documentation that begin with a file's name."""
    for page in PAGES:
        for kind, content in BLOCKS.findall(page.read_text()):
            name = re.match(r"# ([\w-]+\.yaml)\b", content)
            if kind == "yaml" and name:
                yield name[1], content


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A checkout of somebody who has written all files that the pages speak of."""
    checkout = copy_checkout(tmp_path_factory.mktemp("reader") / "checkout")
    overlays = dict(named_overlays())
    assert len(overlays) == len([*named_overlays()]), "two overlays have one name"
    for name, content in overlays.items():
        (checkout.path / name).write_text(content)
    for example in (checkout.path / "docs" / "extending").glob("*.py"):
        shutil.copy(example, checkout.path)
    for name in OWN:
        file = checkout.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    synthetic = runpy.run_path(str(ROOT / "docs" / "connectome" / "synthetic.py"))
    synthetic["write"](checkout.path / "data", 400)
    return checkout


def test_every_command_is_known():
    known = {"snakemake", "make", "minicolumn", ".ci/run", *OTHERS}
    assert {words[0] for words in COMMANDS.values()} <= known
    assert len(PLANNED) > 10
    assert len(MADE) > 10


@pytest.mark.slow
@pytest.mark.parametrize("arguments", PLANNED)
def test_a_command_of_snakemake_plans_jobs(reader, arguments):
    words = shlex.split(arguments.replace("/data/", "data/"))
    output = reader.snakemake("-n", *words)
    assert re.search(r"^total +\d+$", output, re.MULTILINE), output


@pytest.mark.parametrize("command", sorted(OWN_COMMANDS))
def test_a_command_of_the_library_is_there(command):
    words = [sys.executable, "-m", "minicolumn", command, "--help"]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("command", MADE)
def test_a_target_of_make_is_there(command):
    run = subprocess.run(
        ["make", "-n", *COMMANDS[command][1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for benchmark in re.findall(r"benchmarks/\S+\.py", run.stdout):
        assert (ROOT / benchmark).is_file()
