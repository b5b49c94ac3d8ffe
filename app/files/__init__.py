"""Uploaded files: kept outside the web root by content hash, checked on arrival, handed out by policy."""
