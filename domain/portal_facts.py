"""What happens between a caller and the portal, as facts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from domain.call import Certainty, Concern
from domain.fact import Body
from domain.ids import CallerId, CallId, CardId, CaseId, ListId, ParticipantId, Receipt
from domain.language import Language
from domain.participant import Loss
from domain.reward import RewardKind


class LanguageCause(StrEnum):
    """Why a call goes on in a language."""

    LINE = "line"
    KNOWN_NUMBER = "known_number"
    CHOSEN = "chosen"
    PARTICIPANT = "participant"


class Claimed(StrEnum):
    """What a caller said he is known by."""

    NUMBER = "number"
    ZIP_AND_BIRTH_DATE = "zip_and_birth_date"


class LogInFailure(StrEnum):
    """Why a log-in was refused; the caller hears no difference between the first three."""

    UNKNOWN = "unknown"
    WRONG_PIN = "wrong_pin"
    PIN_SPRAYED = "pin_sprayed"
    """Whether the PIN was right, nobody is told."""
    ACCOUNT_LOCKED = "account_locked"
    CALLER_EXHAUSTED = "caller_exhausted"


class BlockFailure(StrEnum):
    """Why no card was blocked for somebody without a PIN; he hears no difference between the first two and a block."""

    UNKNOWN = "unknown"
    NO_ACTIVE_CARD = "no_active_card"
    ACCOUNT_LOCKED = "account_locked"
    CALLER_EXHAUSTED = "caller_exhausted"


class DialogEnd(StrEnum):
    """How a call left its dialog."""

    HANDOVER = "handover"
    FAREWELL = "farewell"
    HUNG_UP = "hung_up"
    FAILED = "failed"


class WhoseLimit(StrEnum):
    """Whose calls at once were as many as may be."""

    HOUSE = "house"
    """All tenants' together."""
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class CallRefused(Body):
    """No place of the portal was free. ``dialled`` is the number of ours, as it was dialled; it has no ``CallArrived``,
    and is in no figure and on no bill.
    """

    dialled: str
    limit: WhoseLimit


@dataclass(frozen=True, slots=True)
class CallArrived(Body):
    line: str
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class LanguageSet(Body):
    language: Language
    cause: LanguageCause


@dataclass(frozen=True, slots=True)
class CallerLockedOut(Body):
    """The brand serves who rings from there no longer; he is told so, and nothing else."""

    caller: CallerId


@dataclass(frozen=True, slots=True)
class LogInFailed(Body):
    claimed: Claimed
    failure: LogInFailure
    participant: ParticipantId | None
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class LoggedIn(Body):
    participant: ParticipantId
    claimed: Claimed


@dataclass(frozen=True, slots=True)
class WentOn(Body):
    """He goes on where an earlier call from the same number broke off."""

    participant: ParticipantId
    broken: CallId


@dataclass(frozen=True, slots=True)
class AccountLocked(Body):
    participant: ParticipantId | None
    until: datetime


@dataclass(frozen=True, slots=True)
class PinSprayed(Body):
    """One PIN was tried on many accounts; the PIN itself is in no fact."""

    accounts: int


@dataclass(frozen=True, slots=True)
class DebtorIdentified(Body):
    """Who rings back has keyed the reference and the ZIP of one open case."""

    case: CaseId
    list: ListId


@dataclass(frozen=True, slots=True)
class DebtorNotIdentified(Body):
    """They fit none, or several; ``locked`` says that they weren't even looked at."""

    locked: bool
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class BalanceTold(Body):
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class MovementsTold(Body):
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class PinChanged(Body):
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class LanguageRemembered(Body):
    """His calls go on in it once he has logged in."""

    participant: ParticipantId
    language: Language


@dataclass(frozen=True, slots=True)
class ShortFormRemembered(Body):
    """``short``: he hears prompts in their short form, where they have one."""

    participant: ParticipantId
    short: bool


@dataclass(frozen=True, slots=True)
class PointsRedeemed(Body):
    """``points`` have left the account for a reward; what a voucher's code is stands in its row alone."""

    participant: ParticipantId
    reward: str
    kind: RewardKind
    points: int
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class CardBlocked(Body):
    """``without_pin``: by who knew a number, a ZIP and a birth date, and no more."""

    participant: ParticipantId
    card: CardId
    receipt: Receipt
    without_pin: bool = False

    version: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class BlockFailed(Body):
    """Somebody without a PIN asked for a block, and none came of it; he wasn't told. ``participant`` is whose number it
    was.
    """

    failure: BlockFailure
    participant: ParticipantId | None
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class CardLossTold(Body):
    """How a blocked card was lost."""

    participant: ParticipantId
    card: CardId
    loss: Loss


@dataclass(frozen=True, slots=True)
class ReplacementAnswered(Body):
    """Whether a new card shall come in place of a blocked one; sending it is work for the desk."""

    participant: ParticipantId
    card: CardId
    wanted: bool


@dataclass(frozen=True, slots=True)
class HandedOver(Body):
    """``later``: he hasn't come to wait now, but is rung back when somebody is there again."""

    language: Language
    participant: ParticipantId | None
    certainty: Certainty
    concern: Concern | None
    path: tuple[str, ...]
    failed_at: str | None
    priority: int
    later: bool = False

    version: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class DialogLeft(Body):
    """The dialog's end; ``last_prompt`` is the last one begun. Only Asterisk's Hangup proves that
    the caller hung up.
    """

    end: DialogEnd
    last_prompt: str | None


@dataclass(frozen=True, slots=True)
class TenantChanged(Body):
    """A tenant's file came into force; ``digest`` names its text."""

    digest: str


PORTAL_FACTS: Final[tuple[type[Body], ...]] = (
    CallRefused,
    CallArrived,
    LanguageSet,
    CallerLockedOut,
    LogInFailed,
    LoggedIn,
    WentOn,
    AccountLocked,
    PinSprayed,
    DebtorIdentified,
    DebtorNotIdentified,
    BalanceTold,
    MovementsTold,
    PinChanged,
    LanguageRemembered,
    ShortFormRemembered,
    PointsRedeemed,
    CardBlocked,
    BlockFailed,
    CardLossTold,
    ReplacementAnswered,
    HandedOver,
    DialogLeft,
    TenantChanged,
)
