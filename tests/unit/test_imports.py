import subprocess
import sys

import pytest

import minicolumn
from minicolumn.registry.loading import NAMES_ARE_FIXED_BY

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
    "circuits.connectome.planned",
    "circuits.family",
    "config.settings",
    "perturbation.variants",
    "circuits.mechanisms",
    "config",
    "errors",
    "extension_checks.planned",
    "files.identities",
    "files.origin",
    "yaml_files",
    "jobs.devices",
    "jobs.digest",
    "jobs.environment",
    "jobs.runs.clock",
    "jobs.runs.journal",
    "jobs.runs.opening",
    "jobs.runs.places",
    "jobs.runs.run",
    "jobs.shell_names",
    "keys",
    "learning.splits",
    "mice.groups",
    "recordings.files",
    "recordings.readers",
    "registry.lookup",
    "states",
    "surrogates.names",
    "validation.figure_names",
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


def test_nothing_fixes_the_names_before_extensions_are_announced(pytestconfig):
    """What these modules read once would lack what extensions add."""
    before, announced, _ = (
        (pytestconfig.rootpath / "Snakefile").read_text().partition("    announce(")
    )
    assert announced
    imports = "; ".join(
        line for line in before.splitlines() if line.startswith("from minicolumn")
    )
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "minicolumn.registry.lookup" in loaded
    assert not {*NAMES_ARE_FIXED_BY} & set(loaded)


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


def test_the_library_is_imported_without_what_it_does_not_need_yet():
    script = (
        "import sys, minicolumn as mc; dir(mc); print(*sys.modules); "
        "print(*(getattr(mc, name).__name__ for name in mc.__all__))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    at_first, names = run.stdout.splitlines()
    assert not {*HEAVY, "numpy", "pydantic", "scipy"} & set(at_first.split())
    assert names.split() == sorted(minicolumn.__all__) == minicolumn.__all__
    assert set(minicolumn.__all__) <= set(dir(minicolumn))
    with pytest.raises(AttributeError, match="no attribute 'opn_run'"):
        _ = minicolumn.opn_run


def test_no_name_is_fixed_before_extensions_are_announced(pytestconfig):
    """Importing the configuration's models fixes the names that it accepts."""
    before, _, _ = (pytestconfig.rootpath / "Snakefile").read_text().partition("try:")
    imports = [line for line in before.splitlines() if "minicolumn" in line]
    plugin = "import sys, snakemake_logger_plugin_minicolumn"
    code = "\n".join([plugin, *imports, "print(*sys.modules)"])
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "minicolumn.registry.lookup" in loaded
    assert "minicolumn.config" not in loaded
