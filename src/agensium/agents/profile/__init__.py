"""The agent that says what is in a table."""

from agensium.agents.profile.agent import AGENT

__all__ = ["AGENT"]
