"""Names of what a prediction is made of: a target, a selector and a forward model.

- A *target* is what is predicted: a recorded ``session``, or a ``held_out`` mouse of
  the training cohort, whose mechanism is known and which no model was trained on.
- A *selector* says which circuits a target could be: all training circuits (``prior``),
  those whose simulations at rest are most like it (``nearest``), or samples of its
  ``posterior``.
- A *forward model* says what these circuits do in another condition: a surrogate, by
  the name of its architecture; the simulator itself, for circuits of its ``bank``; or
  ``rate_alone``, the change that goes with the target's *observed* change of rate along
  a straight line. The last is told what the rate did, so it is no prediction: it tells
  how much of a direction the rate alone accounts for.

The method is ``posterior`` with a surrogate. All other combinations are controls;
``prior`` with a surrogate is the published method, the same change for every session.
"""

SESSION, HELD_OUT = "session", "held_out"
PRIOR, NEAREST, POSTERIOR = "prior", "nearest", "posterior"
BANK, RATE_ALONE = "bank", "rate_alone"

SIMULATOR_MEAN, SIMULATOR_NEAREST = "simulator_mean", "simulator_nearest"
REFERENCES = {
    SIMULATOR_MEAN: (PRIOR, BANK),
    SIMULATOR_NEAREST: (NEAREST, BANK),
    RATE_ALONE: (PRIOR, RATE_ALONE),
}
"""Selector and forward model of every prediction without a surrogate."""
