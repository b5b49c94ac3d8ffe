"""Organisations, persons, accounts, roles, substitutions, login; who may see whom."""
