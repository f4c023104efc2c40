"""Why an action isn't done, in English; the desk says it in the language of who reads it."""

from enum import StrEnum

from domain.free_text import TextFault


class What(StrEnum):
    """What is written freely at the desk, as messages call it."""

    REASON = "reason"
    NOTE = "note"
    RETURN = "return"
    COMPLAINT = "complaint"
    NAME = "name"
    ADDRESS = "address"
    ZIP = "ZIP"
    REMARK = "remark"
    PURPOSE = "purpose"


class WhyNot(StrEnum):
    """Each says what to do, too."""

    # Whoever it is about
    NOT_YOURS = (
        "There is no such customer among those you serve. Search again, or ask your team lead for"
        " the brand's skill."
    )
    NOT_YOUR_ROLE = "This takes a team lead. Ask one."
    OTHER_BRANDS_CALL = "The call is another brand's. Do it without a call, or in the right one."
    NO_SUCH_CALL = "There has been no such call. Load the page anew."

    # What was written
    ID_TAKEN = "Something else has been done under this id already. Load the page anew and look before you do it again."
    NO_ID = "The id is none. Write a new random UUID in small letters."
    NO_CHOICE = "That isn't one of the choices. Load the page anew."
    NO_NUMBER = "{written!r} is no number. Write whole points, such as 100."
    NO_DAY = "{written!r} is no day. Write it as 2026-12-31."
    TEXT_EMPTY = f"The {{what}} {TextFault.EMPTY.value}."
    TEXT_TOO_LONG = f"The {{what}} {TextFault.TOO_LONG.value}."
    TEXT_UNFIT = f"The {{what}} {TextFault.UNFIT.value}."
    TEXT_LINES = f"The {{what}} {TextFault.LINES.value}."
    NO_ZIP = "The ZIP is none: write three to twelve letters, digits, spaces or hyphens."
    NO_MAIL_ADDRESS = "The e-mail address is none. Write it as anna@example.com."
    NO_PHONE_NUMBER = "The telephone number is none. Write it as +49 30 23125100."

    # Dialling
    NO_PHONE_KNOWN = (
        "No telephone number of the customer is known. Ask for it, and enter it by “Change data”."
    )
    DIAL_UNDER_WAY = (
        "{agent} dials this number already or has it on the line. Try again when that is over."
    )
    DIAL_TENANT = "{tenant} isn't served here any more. Load the page anew."
    DIAL_UNREADABLE = "The number is none, or has been erased. Look for another one."
    DIAL_KIND = (
        "Numbers of this kind (premium, service, emergency and the like) aren't dialled for {tenant}."
        " Dial another number of his."
    )
    DIAL_KIND_LEFT_OUT = (
        "Numbers of this kind aren't dialled for {tenant}. The operator may add it in the brand's"
        " file: kinds under [dialling]."
    )
    DIAL_COUNTRY = (
        "Numbers of this country aren't dialled for {tenant}. The operator may add it in the"
        " brand's file, under [dialling]."
    )
    DIAL_OWN = "This is a line of ours. Transfer the caller instead, or dial another number."
    DIAL_BLOCKED = "Who has this number asked not to be called. Write to him instead."
    DIAL_NOTHING_TO_SHOW = (
        "{tenant} has no number to show to whom is dialled. The operator names one in the brand's"
        " file: show under [dialling]."
    )
    DIAL_HOURS = "Nobody may be dialled for {tenant} at this hour. Try again from {until}."
    DIAL_OFTEN = "He has been rung as often as the rules allow. Try again from {until}."
    DIAL_HOLIDAY = "It is a holiday where he may live. Try again from {until}."
    DIAL_LIFE = "All attempts of this case have been made. A team lead may allow more."
    DIAL_LEASE = "A colleague works on this debtor's case. Ask her, or ring him once she is done."
    DIAL_NEVER = (
        "Nobody may be dialled for {tenant} at this hour, nor for a month. The operator sets the"
        " hours in the brand's file, under [dialling]."
    )

    # Records
    RECORDED_ALREADY = "Something has been recorded for this call. Correct that record instead."
    CORRECTED_ALREADY = "This has been corrected already. Correct its correction."
    NO_SUCH_SERVICE = "{tenant} has no such service. It has {known}."
    STRANGE_FIELD = "{service} has no field {field!r}: leave it out."
    OTHER_BRANDS_CUSTOMER = "The customer is another brand's than the call. Choose the right one."

    # Notes, blocks, sites
    NOBODY_RESPONSIBLE = "Nobody of that name serves this brand. Choose who sees to it."
    NO_SUCH_SITE = "There is no such site. Choose one of the list, or none."
    NO_SUCH_PERSON = "There is no such person. Choose one of the list."
    NOT_YOUR_NOTE = "Somebody else sees to this note. He marks it as done himself."
    NOTE_OPEN = "This note is still open. Whoever sees to it marks it as done first."
    BLOCK_IS_PAST = "The end of the block is past. Choose a later one, or none."
    BLOCKED_ALREADY = "The customer is blocked already. Unblock first to change reason or end."
    NOT_AT_DESK = "Only agents and team leads write at the desk. Check in as one."
    SESSION_OVER = "This session is over. Sign in again."

    # Errands
    CARD_NOT_BLOCKED = "This card isn't blocked. Load the page anew."
    NOTHING_TO_REPLACE = "This card needs no replacement to be sent. Load the page anew."
    PIN_NOT_LOCKED = "The PIN isn't locked any more: he can try again."
    NOTHING_CHANGED = "All of that is so already. Change something, or leave it."
    OVER_LIMIT = (
        "You may book {limit} points for one customer within 24 hours, and have booked {before}."
        " Book less, or ask a team lead."
    )
    NO_POINTS = "Nought points change nothing. Write another number."
    TOO_FEW_POINTS = "There are {balance} points on the account. Take no more than that."
    NO_PAY_OUT = "No such number of points can be paid out. Write one above nought."
    HAS_LEFT = "The customer has left already."
    WAITS_ALREADY = "Something of this kind waits already. Somebody else decides on it."
    NOTHING_WAITS = "Nothing waits here for approval. Load the page anew."
    ASKED_YOURSELF = "You have asked for it yourself. Somebody else has to approve it."
    DONE_ALREADY = "This has been done. It can't be declined any more."

    # Debtors
    NO_DUNNING = "You don't ring debtors of {tenant}. Ask your team lead for the skill dunning."
    CASE_LOST = "This case isn't yours any more. Ask for the next one."
    RECORD_FIRST = (
        "Nothing has been recorded of your last call about this case. Say what came of it first."
    )
    NO_ATTEMPT = "You haven't rung about this case. Dial first, or give it back."
    NOBODY_REACHED = "Nobody has answered. What he owes is shown once you speak with him."
    NO_CASE_SAID = (
        "The caller hasn't said which case it is. Ask for his reference and his ZIP, and ask your team lead, who can"
        " look his case up."
    )
    CASE_CLOSED = "This case is closed: nobody rings about it any more."
    CASE_TAKEN = "{agent} works on this debtor's case. Ask her in, or transfer the caller to her."
    CALL_RECORDED = (
        "What came of this call has been recorded already. Write a note if there is more to say."
    )
    NO_PROMISED_DAY = "Say by when he promises to pay."
    NO_TIME_NAMED = "Say when he wants to be rung again."
    NO_TIME_READ = (
        "{written!r} is no time to come. Write it as evenings, after 17:00, tomorrow 9:30,"
        " 5.3. 14:00 or in 2 hours."
    )
    TIME_OUT_OF_HOURS = "He may never be rung at that time of day. Ask him for another one."
    DAY_IS_PAST = "That day is past. Choose a later one."
    DAY_TOO_FAR = "That day is more than a year off. Choose an earlier one."
    LIST_RESTS = (
        "Nobody of this list is rung for now: a team lead has paused or stopped it, or a new edition of it isn't whole "
        "yet. Give the case back."
    )

    NO_SUCH_LIST = "There is no such list among those of your brands. Load the page anew."
    LIST_IS_OVER = "This list has been stopped. Import it anew to go on with it."
    NOTHING_TO_RING = "None of the rows can be taken. Correct the file and import it again."
    IMPORT_UNDER_WAY = (
        "A list of this brand is being imported, or its import broke off. Wait until it is there, or import it again as"
        " a new edition of itself."
    )
    IMPORTED_MEANWHILE = (
        "Somebody else has begun to import participants of this brand, and nothing of this file is there. Import it"
        " again once that is done."
    )
    CASE_IS_OVER = "This case has been withdrawn or closed. It isn't rung any more."
    NO_COUNT = "{written!r} is no number of attempts. Write one from 1 to 100."
    NO_MORE_ATTEMPTS = (
        "{limit} isn't more than the {before} attempts it has. Write a higher number, 100 at most."
    )

    # Reports
    NO_SUCH_REPORT = "There is no such report among those you may have. Load the page anew."
    NO_RECIPIENT = (
        "Nobody has got this report by mail yet. Name an address in the tenant's file under [[reports.sends]], or send"
        " it with rufwerk report send NUMBER --to ADDRESS."
    )
    NOT_A_RECIPIENT = (
        "This report doesn't go to that address. Choose one of those that have got it."
    )

    # Figures of one person
    NOT_YOUR_PERSON = (
        "There is nobody of that name whose figures you may see. Choose one of the list."
    )
    PURPOSE_IS_OVER = (
        "What you asked for can be looked at for an hour, by you alone. Name the purpose once more."
    )
    NO_PERIOD = "That isn't a period that can be looked at. Choose another one."

    # An agent's day
    UNKNOWN_AGENT = "There is no such agent. Write the name as it was entered, such as eva."
    UNFIT_PAUSE = (
        "{reason!r} is no reason for a pause. Write a word in small letters, such as lunch;"
        " {signed_in} and {missed} are the switchboard's own."
    )
    UNFIT_SKILLS = "{fault}. Write each once, as fr or fr=3: a language, concern or tenant with a level of 1 to 5."
    NO_WAY_TO_LISTEN = "Take part by listen, whisper or join."
    NO_PRIORITY = "A priority is a whole number from {least} to {most}."
