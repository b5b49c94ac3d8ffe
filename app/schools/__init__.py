"""The register of schools: groups, context data of a year, results, social well-being index, categories, lists."""
