"""A run that has finished, or as far as it is, for scripts and notebooks.

Files are found by what they say of themselves, not by their paths, which the rules of
the workflow alone know.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from minicolumn.api.configured import config_of, load_extensions
from minicolumn.errors import MinicolumnError
from minicolumn.files.origin import MANIFEST, stamp_of
from minicolumn.files.unfinished import finished
from minicolumn.jobs.runs.journal import NoJournalError, read

if TYPE_CHECKING:
    import pandas as pd

    from minicolumn.api.surrogate import Surrogate
    from minicolumn.config import Config
    from minicolumn.export.one_circuit import OneCircuit

T = TypeVar("T")

# These rules write tables of a kind that another rule is the source of.
_COPIES = {"export", "simulate_fresh_mice"}
SAME_LEVEL = 1e-9


class NotInRunError(MinicolumnError):
    """A run has no such result."""


class OpenedRun:
    """The results of a run."""

    def __init__(self, directory: str | Path):
        self.directory = Path(directory)
        if not self.directory.is_dir():
            raise NotInRunError(
                f"{directory} is no directory: give that of a run, such as results/demo"
            )
        try:
            self._config = dict(read(self.directory)[0].plan.config)
        except NoJournalError:
            self._config = {}
        load_extensions(self._config.get("extensions", []))

    def __repr__(self) -> str:
        return f"<run {self.directory}: {', '.join(self.tables)}>"

    @property
    def config(self) -> "Config":
        """The configuration, as `minicolumn.read_config` returns it.

        Raises
        ------
        NotInRunError
            If the run does not say it.
        """
        if not self._config:
            raise NotInRunError(
                f"{self.directory} does not say its configuration: its journal is "
                "missing or of an earlier version. Use read_config"
            )
        return config_of(self._config)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables there are; docs/tables.md describes them."""
        return tuple(sorted(self._paths))

    def table(self, name: str, **equal: Any) -> "pd.DataFrame":
        """Return a table, all its parts together.

        ``equal`` chooses rows: ``mechanism="combined"``. Units and meanings of the
        columns are in ``.attrs["unit"]`` and ``.attrs["description"]``.

        Raises
        ------
        NotInRunError
            If the run has no such table.
        UnreadableTableError
            If a part is damaged.
        """
        import pyarrow as pa

        from minicolumn.arrays import rows_where
        from minicolumn.files.store import read_parts

        schema, paths = _schemas().get(name), self._paths.get(name, ())
        if schema is None or not paths:
            raise NotInRunError(
                f"{self.directory} has no table {name!r}; it has "
                f"{', '.join(self.tables) or 'none'}"
            )
        parts = (part for path in paths for part in read_parts(path, schema))
        whole = pa.concat_tables(rows_where(part, **equal) for part in parts)
        frame = whole.to_pandas()
        for key in ("unit", "description"):
            frame.attrs[key] = {
                field.name: (field.metadata or {}).get(key.encode(), b"").decode()
                for field in whole.schema
            }
        return frame

    def scores(self) -> "pd.DataFrame":
        """Return the scores of the predictions, one row per model and statistic.

        Columns are the fields of ``scores.json`` (docs/documents.md); those of nested
        fields have a dot, such as ``directions.accuracy``.

        Raises
        ------
        NotInRunError
            If nothing was scored yet.
        """
        from minicolumn.scoring.summary import Scores

        first = ("training_set", "architecture", "statistic", "primary", "verdict", "p")
        return _flat(self._document("score_predictions", Scores).scores, first)

    def mechanism(
        self, of: Literal["sessions", "cohorts"] = "sessions"
    ) -> "pd.DataFrame":
        """Return which mechanism explains each session, or each cohort.

        Columns are the fields of ``mechanism.json`` (docs/documents.md), such as
        ``probability.synaptic`` and ``claim``, and of synthetic mice the ``truth``.

        Raises
        ------
        NotInRunError
            If nothing was inferred yet.
        """
        from minicolumn.inference.mechanism.sessions import MechanismAnswers

        answers = self._document("infer_mechanism", MechanismAnswers)
        if of == "cohorts":
            return _flat(answers.cohorts, ("name", "claim", "n"))
        found = _flat(answers.sessions, ("session_id", "claim"))
        if answers.truth:
            found["truth"] = found["session_id"].map(answers.truth)
        return found

    def theta_x(self, mechanism: str) -> tuple["pd.DataFrame", "pd.DataFrame"]:
        """Return what simulation-based inference learns from, such as with ``sbi``.

        Returns
        -------
        theta
            Parameters of the circuit and the ACh level, one row per simulation under
            ``mechanism`` that stayed finite.
        x
            Its 11 statistics, in the same order; NaN is undefined.

        Raises
        ------
        NotInRunError
            If the run has no simulations, or does not say its configuration.
        """
        import pandas as pd
        import pyarrow as pa

        from minicolumn.statistics.names import STATISTIC_NAMES
        from minicolumn.surrogates.rows import simulated_rows

        rows, _ = simulated_rows(
            pa.Table.from_pandas(self.table("circuits")),
            pa.Table.from_pandas(
                self.table("simulated_statistics", mechanism=mechanism)
            ),
            self.config.prior,
        )
        theta = pd.DataFrame(rows.inputs, columns=list(rows.input_names))
        return theta, pd.DataFrame(rows.targets, columns=list(STATISTIC_NAMES))

    def surrogate(self, training_set: str, architecture: str) -> "Surrogate":
        """Return a trained surrogate.

        Raises
        ------
        NotInRunError
            If the run has none of that name.
        """
        from minicolumn.api.surrogate import load_surrogate

        found = dict(self._made_by("train_surrogate", f"*/{MANIFEST}"))
        wanted = f"{training_set}/{architecture}"
        if wanted not in found:
            raise NotInRunError(
                f"{self.directory} has no surrogate {wanted}; it has "
                f"{', '.join(sorted(found)) or 'none'}"
            )
        return load_surrogate(found[wanted])

    def circuit(self, circuit_id: int, mechanism: str, level: float) -> "OneCircuit":
        """Return one circuit at an ACh level: neurons, connections, and its spikes.

        `minicolumn.export.sonata.write_sonata` and
        `minicolumn.export.neuroml.write_neuroml` write it for other tools.

        Raises
        ------
        NotInRunError
            If the run has not simulated it, or does not say its configuration.
        """
        from minicolumn.export.one_circuit import one_circuit

        config = self.config
        parameters = self.table("circuits", circuit_id=circuit_id)
        simulated = self.table(
            "simulations", circuit_id=circuit_id, mechanism=mechanism
        )
        simulated = simulated[abs(simulated["level"] - level) < SAME_LEVEL]
        if simulated.empty:
            raise NotInRunError(
                f"{self.directory} has no simulation of circuit {circuit_id} under "
                f"{mechanism!r} at ACh level {level:g}"
            )
        row = {str(name): float(x) for name, x in parameters.iloc[0].items()}
        return one_circuit(row, simulated.iloc[0].to_dict(), config)

    @cached_property
    def _paths(self) -> dict[str, list[Path]]:
        """The parts of each table."""
        import pyarrow.parquet as pq

        found: dict[str, list[Path]] = {}
        for path in finished(self.directory, "*.parquet"):
            stamp = stamp_of(path)
            if stamp is None or (stamp.origin and stamp.origin.rule in _COPIES):
                continue
            name = (pq.read_schema(path).metadata or {}).get(b"minicolumn.table", b"")
            found.setdefault(name.decode(), []).append(path)
        return found

    def _document(self, rule: str, kind: type[T]) -> T:
        from minicolumn.files.documents import read_document

        for _, path in self._made_by(rule, "*.json"):
            return read_document(path, kind)
        raise NotInRunError(
            f"{self.directory} has no result of {rule} yet: run the workflow to its end"
        )

    def _made_by(self, rule: str, pattern: str) -> Iterator[tuple[str, Path]]:
        """Yield the name and the path of each result of a rule."""
        for path in finished(self.directory, pattern):
            result = path.parent if path.name == MANIFEST else path
            stamp = stamp_of(result)
            if stamp and stamp.origin and stamp.origin.rule == rule:
                yield stamp.origin.name, result


def open_run(directory: str | Path) -> OpenedRun:
    """Return the results of a run, from its directory such as ``results/demo``.

    A run with extensions has to be opened before anything else of the library is used:
    what they add has to be known first.

    Raises
    ------
    NotInRunError
        If there is no such directory.
    ExtensionError
        If an extension of the run cannot be used.
    """
    return OpenedRun(directory)


def _schemas() -> dict[str, Any]:
    from minicolumn.files import tables
    from minicolumn.files.store import Schema

    return {one.name: one for one in vars(tables).values() if isinstance(one, Schema)}


def _flat(documents: Any, first: tuple[str, ...]) -> "pd.DataFrame":
    """Return documents as rows; fields of their fields have a dot in their names."""
    import pandas as pd

    from minicolumn.files.documents import as_json

    found = pd.json_normalize([as_json(one) for one in documents])
    # A field that is missing in some has a column of its own, besides those of its
    # fields.
    nested = {name.rpartition(".")[0] for name in found.columns}
    others = [name for name in found.columns if name not in {*first, *nested}]
    return found.reindex(columns=[*first, *others])
