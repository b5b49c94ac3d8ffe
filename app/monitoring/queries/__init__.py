"""What is read of the monitoring, in the reader's scope."""
