"""The verbs of the feature. Each takes the actor first, checks, changes, flushes; never commits."""
