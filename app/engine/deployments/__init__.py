"""Deploying: reading files, checking them together, deciding on versions, storing."""
