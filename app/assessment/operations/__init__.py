"""What changes: banks, items, specifications, imports."""
