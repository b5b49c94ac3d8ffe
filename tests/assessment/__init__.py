"""Tests of item banks, attempts and their pages."""
