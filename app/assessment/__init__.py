"""E-tests on the fund of assessment materials (ЕФОМ): item banks, specifications, attempts (words of IMS QTI)."""
