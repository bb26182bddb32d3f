"""The two behavioral states of a mouse, recorded or simulated."""

from typing import Literal, get_args

State = Literal["stationary", "running"]
STATES: tuple[State, ...] = get_args(State)
