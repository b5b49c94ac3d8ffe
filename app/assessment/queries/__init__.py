"""Questions about banks, items, specifications."""
