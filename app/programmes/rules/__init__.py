"""What the documents say and how it is counted; pure functions."""
