"""What every feature stands on: configuration, database, clock, keys, errors, actor, outbox. Imports nothing of ours."""
