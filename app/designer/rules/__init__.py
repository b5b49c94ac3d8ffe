"""Pure rules of the designer."""
