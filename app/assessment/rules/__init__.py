"""Pure rules of items: what an item says, how it is scored, drawn, read and written."""
