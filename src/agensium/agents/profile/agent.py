"""Profile: what is in this table, column by column, and what needs a look."""

import msgspec
from msgspec import Raw, Struct

from agensium.agents.agent import Agent, InputRole, Inputs, Outcome
from agensium.agents.profile.rules import judge
from agensium.agents.profile.thresholds import Thresholds
from agensium.agents.profile.verdict import verdict
from agensium.core.report import AgentVersion, Report
from agensium.core.scoring import Weights, score
from agensium.data.reading import ReadParams

NAME = "profile"
VERSION = "1"


class ProfileParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a profile may be told.

    Attributes:
        read: how to read the file, where it should not be detected.
        thresholds: from when on something is a finding.
        weights: how much each dimension counts in the score.
        pairs: whether to look for what holds between columns: associations, relations, keys
            and dependencies.

    """

    read: ReadParams = ReadParams()
    thresholds: Thresholds = Thresholds()
    weights: Weights = Weights()
    pairs: bool = True


def run(inputs: Inputs, params: ProfileParams) -> Outcome:
    """Scan the file once and judge what was found."""
    read = inputs["file"].scan(params.read, pairs=params.pairs)
    findings = judge(read.profile, read.source, params.thresholds)
    report = Report(
        agent=AgentVersion(name=NAME, version=VERSION),
        params=Raw(msgspec.json.encode(params)),
        verdict=verdict(read.profile, findings),
        source=read.source,
        table=read.profile,
        score=score(read.profile, params.weights),
        findings=findings,
    )
    return Outcome(report)


AGENT = Agent(
    name=NAME,
    version=VERSION,
    title="Profile",
    summary="What is in this table, column by column, and what needs a look.",
    inputs=(InputRole("file", "the table"),),
    params=ProfileParams,
    run=run,
)
