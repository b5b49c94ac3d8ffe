"""Notices in the program and mail: what people are told, once, in their language, by the way they chose."""
