"""Definitions, instances, user tasks, timers, messages, jobs, incidents: the process engine."""
