"""Progress of a run on a terminal: one bar for each stage with work to do."""

import sys
import time

from tqdm import tqdm

from minicolumn.jobs.runs.run import Run, State
from minicolumn.jobs.runs.status import duration

EVERY_S = 0.5
_STAGE = "{desc:24}{n_fmt:>5} of {total_fmt:<5}|{bar:20}|{postfix}"
_WHOLE = "{desc}"


class Bars:
    """Redraws the progress when it changes, but not faster than it can be read."""

    def __init__(self) -> None:
        self._stages: dict[str, tqdm] = {}
        self._whole: tqdm | None = None
        self._run: Run | None = None
        self._drawn = 0.0

    def show(self, run: Run) -> None:
        """Draw the current state of the run."""
        self._run = run
        if time.time() - self._drawn > EVERY_S:
            self._draw(run, time.time())

    def _draw(self, run: Run, now: float) -> None:
        self._drawn = now
        if self._whole is None:
            self._begin(run)
        counts = run.stages()
        for rule, bar in self._stages.items():
            stage = counts[rule]
            bar.n = stage[State.DONE]
            states = (State.RUNNING, State.FAILED)
            shown = [f"{stage[state]} {state}" for state in states if stage[state]]
            bar.set_postfix_str(", ".join(shown))
        left_s = run.left_s(now)
        if self._whole is not None and left_s is not None:
            self._whole.set_description_str(f"about {duration(left_s)} left")

    def close(self) -> None:
        """Draw the final state of the run."""
        if self._run is not None:
            self._draw(self._run, time.time())
        for bar in self._stages.values():
            bar.close()
        if self._whole is not None:
            self._whole.close()

    def _begin(self, run: Run) -> None:
        for rule, stage in run.stages().items():
            if stage[State.DONE] < stage.total():
                self._stages[rule] = tqdm(
                    desc=rule,
                    total=stage.total(),
                    position=len(self._stages),
                    bar_format=_STAGE,
                    file=sys.stderr,
                    dynamic_ncols=True,
                )
        self._whole = tqdm(
            position=len(self._stages), bar_format=_WHOLE, file=sys.stderr
        )
