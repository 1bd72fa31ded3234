"""The agents that there are: the one list from which routes, forms and commands follow."""

from typing import Any, Final

from agensium.agents import profile
from agensium.agents.agent import Agent
from agensium.core.errors import NotFound

AGENTS: Final[tuple[Agent[Any], ...]] = (profile.AGENT,)


def find_agent(name: str) -> Agent[Any]:
    """Return the agent of this name.

    Raises:
        NotFound: there is none.

    """
    for agent in AGENTS:
        if agent.name == name:
            return agent
    known = ", ".join(agent.name for agent in AGENTS)
    raise NotFound(f"There is no agent '{name}'.", hint=f"The agents are: {known}.")
