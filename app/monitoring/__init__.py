"""Monitoring by stages: of schools (questionnaires, anonymous links) and of municipalities (indicators by month)."""
