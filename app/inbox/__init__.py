"""«My tasks»: list, claim, draft, complete, hand on; starting processes and the page of one process."""
