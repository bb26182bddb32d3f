"""What a job needs: its log, its device, its shard, its provenance."""
