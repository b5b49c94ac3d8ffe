"""Agreements on cooperation with their joint plans; tutor schools, base sites and network groups."""
