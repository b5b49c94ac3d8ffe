"""What changes the monitoring."""
