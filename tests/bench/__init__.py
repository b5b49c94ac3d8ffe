"""The bench: `python -m tests.bench` prints one table and writes bench.json."""
