"""Chaos: a seeded run with many tasks while processes die, freeze and lose their connections.

`python -m tests.chaos --help`, or `make chaos`.
"""
