"""`python -m app` is the `marshrut` command."""

from app.cli import main

main()
