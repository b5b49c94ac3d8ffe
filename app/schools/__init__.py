"""The register of schools: groups, context data of a year, results of exams, social well-being index, categories and lists."""
