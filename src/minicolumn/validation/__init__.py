"""Proof that inference can be right, and wrong: fresh mice whose truth is known."""
