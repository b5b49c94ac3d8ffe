"""Long work that people start: imports, exports, documents. A row first, then the workers, with progress to watch."""
