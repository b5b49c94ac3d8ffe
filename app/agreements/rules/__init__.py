"""Pure rules of agreements."""
