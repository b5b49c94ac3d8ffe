"""Bodies and answers of the engine's calls, named and typed as Camunda's clients send and parse them."""
