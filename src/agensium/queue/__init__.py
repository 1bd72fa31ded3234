"""Messages: the id of a task, and nothing else."""
