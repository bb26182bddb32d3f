"""Keep what the documentation shows of a run: keep_example.py RESULTS DIRECTORY."""

import gzip
import shutil
import sys
from pathlib import Path

KEPT = (
    "circuits",
    "statistics/simulated",
    "surrogates/combined/mlp",
    "inference/mechanism.json",
    "prediction/scores.json",
)


def main(results: Path, directory: Path) -> None:
    """Copy tables, a surrogate and answers, and compress the report."""
    if directory.is_dir():
        shutil.rmtree(directory)
    for name in KEPT:
        for path in sorted((results / name).rglob("*")) or [results / name]:
            hidden = path.name.startswith(".")
            if path.is_file() and not hidden:
                target = directory / path.relative_to(results)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    page = (results / "report.html").read_bytes()
    # Without the time, so that the same page gives the same bytes.
    (directory / "report.html.gz").write_bytes(gzip.compress(page, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
