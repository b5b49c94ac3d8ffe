"""Tests of the support programmes."""
