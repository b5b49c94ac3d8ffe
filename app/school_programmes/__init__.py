"""Programmes of schools: transition to the effective mode, anti-risk, support; stage reports, advice, verdicts."""
