"""The two states that are compared, recorded or simulated.

Simulated mice rest and run. Whatever the two states of a recording are, that in which
less ACh is expected has the role of rest, ``stationary``, and the other that of
``running``; their names are `minicolumn.config.states.ComparedStates.names`.
"""

from typing import Literal, get_args

State = Literal["stationary", "running"]
STATES: tuple[State, ...] = get_args(State)
