"""Webhooks: telling other services that a task is over.

A delivery is written in the transaction that ends the task, claimed like a task, and tried again
until the receiver takes it: whatever dies, it is made at least once.
"""
