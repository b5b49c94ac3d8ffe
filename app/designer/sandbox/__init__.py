"""The sandbox: a draft runs here with invented people, and nothing of it stays.

It is a schema of its own in the same database (`schema.py`), with the tables of our own migrations, a small region of
invented people (`region.yaml`) and copies of what is deployed. A run is one transaction in a child process that can
be killed (`app/sandbox.py`): the clock stands where the scenario puts it, the draft's files are deployed over the
copies, the scenario is played by the engine itself, and all is rolled back. Nothing leaves: the child knows no mail
server and no broker, and works off only what concerns other instances of the same run.

`verbs.py` is what the child does, `asking.py` the side of the web process.
"""
