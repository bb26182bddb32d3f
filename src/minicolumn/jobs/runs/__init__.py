"""What a run set out to do, what has become of it, and how to bring it back."""
