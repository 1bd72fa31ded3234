"""Use cases: what happens to a task from the moment it is accepted to the day it is deleted."""
