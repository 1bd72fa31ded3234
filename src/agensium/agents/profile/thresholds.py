"""From when on a fact is a finding."""

from typing import Annotated

from msgspec import Meta, Struct

Share = Annotated[float, Meta(ge=0, le=1)]


class Thresholds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when on something is a finding.

    Attributes:
        missing: share of a column's cells that may be missing.
        nonconforming: share of a column's present cells that may be of another kind for the
            column to count as having bad values; with more of them it is simply text.

    """

    missing: Share = 0.05
    nonconforming: Share = 0.2
