"""What the documents prescribe, as pure functions: scores, dates, groups, sessions, teams, entitlement."""
