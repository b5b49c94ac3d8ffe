"""Rules of the monitoring, without the database."""
