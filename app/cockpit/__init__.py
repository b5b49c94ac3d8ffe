"""The coordinator's view of a programme: places by measures, who is waited for, plan and fact over time."""
