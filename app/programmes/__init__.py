"""Support programmes: passport, bodies, roadmap with its measures, stage calendars, cockpit."""
