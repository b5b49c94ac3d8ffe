"""Pure rules of curators."""
