"""What a dialog passes on when the caller goes to a person."""

from dataclasses import dataclass

from domain.call import Certainty, Concern
from domain.ids import ParticipantId, TenantId
from domain.language import Language


@dataclass(frozen=True, slots=True)
class Handover:
    """Ids only, so that it may travel as a fact.

    ``path`` names the steps the caller went through, in order; ``failed_at`` the step where he was
    given up on, None when he asked for a person himself.
    """

    tenant: TenantId
    language: Language
    participant: ParticipantId | None
    certainty: Certainty
    concern: Concern | None
    path: tuple[str, ...]
    failed_at: str | None = None
    priority: int = 0
