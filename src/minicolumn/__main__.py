"""The command ``minicolumn``: look at runs, recordings and extensions."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from minicolumn.errors import MinicolumnError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = _parser()
    chosen, others = parser.parse_known_args(arguments)
    if others and chosen.command is not _explain:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    chosen.snakemake = [one for one in others if one != "--"]
    try:
        return chosen.command(chosen)
    except MinicolumnError as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # such as of `| head`
        sys.stderr.close()
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minicolumn", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: object, about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(command=command)
        return one

    for name, command, about in (
        ("status", _status, "progress of a run: done, running, failed, time left"),
        ("recover", _recover, "resume a run that was killed or has damaged files"),
    ):
        one = add(name, command, about)
        one.add_argument("run", nargs="?", help="its name; by default the last run")
    one = add("inspect", _inspect, "what an NWB file has, and a mapping to start from")
    one.add_argument("file", type=Path, help="the NWB file")
    one = add("preview", _preview, "what an extension does, before a run uses it")
    one.add_argument("file", type=Path, help="the Python file")
    one.add_argument("overlays", type=Path, nargs="*", help="such as demo.yaml")
    add(
        "explain", _explain,
        "what would run again, because of what, and about how long; takes Snakemake's "
        "arguments, by default those of the last run",
    )  # fmt: skip
    return parser


def _status(chosen: argparse.Namespace) -> int:
    from minicolumn.jobs.runs.status import latest, lines_of

    return _show(lines_of(latest(chosen.run)))


def _recover(chosen: argparse.Namespace) -> int:
    from minicolumn.jobs.runs.recover import resume
    from minicolumn.jobs.runs.status import latest

    return resume(latest(chosen.run))


def _inspect(chosen: argparse.Namespace) -> int:
    from minicolumn.recordings.inspect import lines_of

    return _show(lines_of(chosen.file))


def _preview(chosen: argparse.Namespace) -> int:
    from minicolumn.api.previewed import preview_here

    frame = preview_here(chosen.file, Path("config.yaml"), *chosen.overlays)
    return _show([frame.to_string(index=False, float_format="%.4g")])


def _explain(chosen: argparse.Namespace) -> int:
    from minicolumn.jobs.runs.explain import explain
    from minicolumn.jobs.runs.journal import read
    from minicolumn.jobs.runs.status import latest

    given = chosen.snakemake or read(latest(None))[0].plan.arguments
    return _show(explain(given))


def _show(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
