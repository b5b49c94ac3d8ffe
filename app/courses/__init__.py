"""Programme catalogue, course runs, listeners with their results, attestation, certificates (LIP §5, РМППК)."""
