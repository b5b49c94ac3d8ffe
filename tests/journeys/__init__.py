"""People take part in the processes of a course: the acceptance scenarios, each test named after its number."""
