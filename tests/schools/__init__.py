"""The register of schools and the processes that keep it."""
