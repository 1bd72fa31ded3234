"""One agent run in a process of its own: the orders, the child and its supervisor.

The child imports neither the database nor the queue; it reads files and writes files.
"""
