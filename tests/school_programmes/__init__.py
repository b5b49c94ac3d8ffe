"""Tests of school programmes."""
