import subprocess
import sys

import pytest

HEAVY = {
    "jax",
    "jaxley",
    "torch",
    "xgboost",
    "sklearn",
    "allensdk",
    "pandas",
    "pyarrow",
}
SNAKEFILE_IMPORTS = (
    "circuits.mechanisms",
    "config",
    "errors",
    "extension_checks.planned",
    "files.origin",
    "jobs.devices",
    "jobs.digest",
    "jobs.environment",
    "jobs.runs.clock",
    "jobs.runs.journal",
    "jobs.runs.run",
    "jobs.shell_names",
    "keys",
    "learning.splits",
    "mice.groups",
    "recordings.files",
    "recordings.readers",
    "registry.lookup",
    "surrogates.names",
    "validation.figure_names",
    "yaml_files",
)


@pytest.mark.parametrize("module", SNAKEFILE_IMPORTS)
def test_what_the_snakefile_imports_stays_light(module):
    """Every job of a cluster parses the Snakefile again."""
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, minicolumn.{module}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "minicolumn" in loaded
    assert not HEAVY & set(loaded)


def test_the_snakefile_imports_nothing_else(pytestconfig):
    root = pytestconfig.rootpath
    text = "".join(
        path.read_text() for path in [root / "Snakefile", *root.glob("rules/*.smk")]
    )
    imported = {
        line.split()[1].removeprefix("minicolumn.")
        for line in map(str.strip, text.splitlines())
        if line.startswith(("from minicolumn", "import minicolumn"))
    }
    assert imported <= set(SNAKEFILE_IMPORTS)


def test_nothing_fixes_the_names_before_extensions_are_announced(pytestconfig):
    """The configuration knows the names that there are when it is imported."""
    text = (pytestconfig.rootpath / "Snakefile").read_text()
    before = text.partition("announce(settings")[0]
    lines = [line for line in before.splitlines() if line.startswith("from minicolumn")]
    assert len(lines) > 5
    code = "\n".join(["import sys", *lines, "print(*sys.modules)"])
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "minicolumn.registry.lookup" in loaded
    assert not {"minicolumn.config", "minicolumn.circuits.mechanisms"} & {*loaded}
