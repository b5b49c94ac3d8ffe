"""Processes beside the web: the runner works off outbox and jobs, the clock fires what is due."""
