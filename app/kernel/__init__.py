"""What every feature stands on: configuration, database, clock, keys, errors, actor, outbox."""
