"""Names of what a prediction is made of: a target, a selector and a forward model.

- A *target* is what is predicted: a recorded ``session``, or a ``held_out`` mouse of
  the training cohort, whose mechanism is known and which no model was trained on.
- A *selector* says which circuits a target could be: all training circuits (``prior``),
  those whose simulations at rest are most like it (``nearest``), samples of its
  ``posterior``, or circuits that were fitted to it by ``gradient``.
- A *forward model* says what these circuits do in another condition: a surrogate, by
  the name of its architecture; the ``simulator`` itself, or what it did with circuits
  of its ``bank``; or ``rate_alone``, the change that goes with the target's *observed*
  change of rate along a straight line. The last is told what the rate did, so it is no
  prediction: it tells how much of a direction the rate alone accounts for.

The method is ``posterior`` with a surrogate. ``gradient`` with the ``simulator`` is
another one, made on request. All other combinations are controls;
``prior`` with a surrogate is the published method, the same change for every session.
"""

SESSION, HELD_OUT = "session", "held_out"
PRIOR, NEAREST, POSTERIOR = "prior", "nearest", "posterior"
GRADIENT = "gradient"
BANK, SIMULATOR, RATE_ALONE = "bank", "simulator", "rate_alone"

METHODS = POSTERIOR, GRADIENT
"""Selectors whose predictions are scored as models; others are references."""

SIMULATOR_MEAN, SIMULATOR_NEAREST = "simulator_mean", "simulator_nearest"
REFERENCES = {
    SIMULATOR_MEAN: (PRIOR, BANK),
    SIMULATOR_NEAREST: (NEAREST, BANK),
    RATE_ALONE: (PRIOR, RATE_ALONE),
}
"""Selector and forward model of every prediction without a surrogate."""
