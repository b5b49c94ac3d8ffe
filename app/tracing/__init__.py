"""The auditor's and the operator's pages: search, the travelled path, every step, incidents, the access log."""
