"""Courses: rules, tables, operations, scope, pages."""
