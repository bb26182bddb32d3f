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
    one = add("crate", _crate, "describe the files of a run by RO-Crate metadata")
    one.add_argument("run", nargs="?", help="its name; by default the last run")
    one = add("circuit", _circuit, "write a circuit and its spikes, SONATA and NeuroML")
    one.add_argument("run", help="the name of the run")
    one.add_argument("circuit_id", type=int, help="its number in the table circuits")
    one.add_argument("mechanism", help="such as combined")
    one.add_argument("level", type=float, help="ACh level, 0 to 1")
    one.add_argument("directory", type=Path, help="where to write")
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


def _crate(chosen: argparse.Namespace) -> int:
    from minicolumn.api.opened import open_run
    from minicolumn.export.crate import write_crate
    from minicolumn.jobs.runs.journal import read
    from minicolumn.jobs.runs.status import latest

    directory = latest(chosen.run)
    run = open_run(directory)
    sessions = run.table("sessions")["origin"] if "sessions" in run.tables else ()
    return _show([f"{write_crate(directory, read(directory)[0], sessions)}"])


def _circuit(chosen: argparse.Namespace) -> int:
    from minicolumn.api.opened import open_run
    from minicolumn.jobs.runs.status import latest

    run = open_run(latest(chosen.run))  # before names are fixed
    from minicolumn.export.neuroml import write_neuroml
    from minicolumn.export.sonata import write_sonata

    one = run.circuit(chosen.circuit_id, chosen.mechanism, chosen.level)
    write_sonata(chosen.directory, one)
    write_neuroml(chosen.directory / f"{one.name}.net.nml", one)
    return _show(map(str, sorted(chosen.directory.iterdir())))


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
