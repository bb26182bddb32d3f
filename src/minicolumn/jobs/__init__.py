"""What a job of a run needs: its log, its device, its shard, its provenance."""
