"""form-js forms, rendered on the server and validated from the same file."""
