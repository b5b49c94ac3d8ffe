"""Official documents and register rows: numbered without gaps, frozen, versioned, shown by policy."""
