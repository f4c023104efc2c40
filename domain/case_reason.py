"""Why a debtor's case is the next for an agent: written into the log in words, which never name the sum."""

from enum import StrEnum


class CaseReason(StrEnum):
    """The words, with holes (``domain.worded``)."""

    RANG_BACK = "he rang back"
    HERS = "promised by her"
    BATCH = "of her batch"
    OVERDUE = "overdue at a colleague"
    APPOINTED = "he named the time"
    PROMISE_OVER = "his promise is over"
    ATTEMPT = "attempt {attempt} of {limit}"
    DUE = "due for {minutes} min"
