"""Programmes of schools: transition to the effective mode, anti-risk, targeted support; stage reports, recommendations, verdicts."""
