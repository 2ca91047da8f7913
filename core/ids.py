"""The identities of things, as types that the checker keeps apart.

All are UUIDs made outside of core (a random number is I/O); core only compares them.
"""

from typing import NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)
ClientId = NewType("ClientId", UUID)
FlowId = NewType("FlowId", UUID)
PersonId = NewType("PersonId", UUID)
PlaceId = NewType("PlaceId", UUID)
SessionId = NewType("SessionId", UUID)
TeamId = NewType("TeamId", UUID)
VersionId = NewType("VersionId", UUID)
WorkspaceId = NewType("WorkspaceId", UUID)
