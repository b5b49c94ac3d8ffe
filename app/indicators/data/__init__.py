"""The program's own definitions (`*.yaml`), in the form of `rules.definition`."""
