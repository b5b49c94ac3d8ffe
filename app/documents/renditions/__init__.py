"""Renditions of official documents: DOCX filled from a template, PDF/A and HTML made of the DOCX.

`kinds` says what a template may name, `archive` and `placeholders` refuse what is unsafe or unknown, `filling` fills,
`layout` reads the filled DOCX, `pdf` and `screen` write it. All that touches a stranger's file runs in `child`, a
process that can be killed; `limited` talks to it. Nothing here knows the database.
"""
