"""Running instances on another version of their process: proposing, trying, doing, undoing, and many at once.

`app.engine.runtime.migration` moves tokens in memory; here is what belongs to it in the database: the rows of open
tasks, jobs and incidents, the definition of the instance, the history, and the image that undoing needs.
"""
