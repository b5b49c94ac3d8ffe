"""A process in plain words, from the model alone (issue 5, part 8): who does what, when, what happens otherwise."""
