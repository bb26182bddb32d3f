"""Which circuits could have produced a session at rest."""
