"""Judgement: each agent is a pure function from tables and parameters to an outcome."""
