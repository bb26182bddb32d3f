"""What the statistics of a session can tell of the parameters behind them.

Locally, statistics depend on parameters by a Jacobian. With the sampling covariance of
the statistics it gives the Fisher information, and with that the directions among the
parameters that a session determines (stiff) and leaves open (sloppy).
"""
