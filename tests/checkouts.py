"""Snakemake on the real Snakefile, in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TINY = "tests/tiny.yaml"
EXTENDED = "tests/extended.yaml"
TYPES = "tests/of_types.yaml"
COLUMN = "tests/of_column.yaml"
COPIED = (
    *(
        "Snakefile",
        "config.yaml",
        "demo.yaml",
        "gpu.yaml",
        "tuned.yaml",
        "families.yaml",
        "ladder.yaml",
        "perturbation.yaml",
        "slurm-gpu",
        "rules",
        "profiles",
    ),
    *("workflow_scripts", "src", "envs", "docs/extending"),
    *(TINY, EXTENDED, TYPES, COLUMN),
)


@dataclass
class Checkout:
    """A copy of the repository in which a test may edit and run what it likes."""

    path: Path

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.path / name
        text = file.read_text()
        assert old in text, f"{old!r} is not in {name}"
        file.write_text(text.replace(old, new, 1))

    def snakemake(self, *arguments: str, check: bool = True, **environment: str):
        """Run Snakemake with this copy's own library in front of the installed one."""
        run = subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.path,
            env=os.environ | {"PYTHONPATH": str(self.path / "src")} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        output = run.stdout + run.stderr
        assert not check or run.returncode == 0, output
        return output

    def planned(self, *arguments: str) -> dict[str, int]:
        """Return how many jobs of each rule a dry run plans."""
        output = self.snakemake("-n", "--cores", "2", *arguments)
        jobs = {
            rule: int(count)
            for rule, count in re.findall(
                r"^(\w+) +(\d+)(?:  .*)?$", output, re.MULTILINE
            )
        }
        assert jobs or "Nothing to be done" in output, output
        return {rule: n for rule, n in jobs.items() if rule not in ("all", "total")}

    def plan_tiny(self) -> dict[str, int]:
        return self.planned("--configfile", TINY)


def copy_checkout(path: Path) -> Checkout:
    for name in COPIED:
        source, target = ROOT / name, path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir() and not source.is_symlink():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copy2(source, target, follow_symlinks=False)
    if (ROOT / ".venv-allen").is_dir():
        (path / ".venv-allen").symlink_to(ROOT / ".venv-allen")
    return Checkout(path)
