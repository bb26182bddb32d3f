"""Everything that users add is called once, before any job of a run."""
