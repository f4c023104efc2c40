"""Why a client's file can't be read at all, each reason with its remedy."""

from enum import StrEnum


class Why(StrEnum):
    """English sentences; pages know the reason by its name and say it in the reader's language."""

    OLD_EXCEL = "It is a workbook of an Excel before 2007. Save it as an Excel workbook (.xlsx)."
    BINARY_EXCEL = "It is a binary workbook (.xlsb). Save it as an Excel workbook (.xlsx)."
    STRICT_EXCEL = (
        "It is a Strict Open XML workbook. Save it as an Excel workbook (.xlsx), without Strict."
    )
    OPEN_DOCUMENT = (
        "It is an OpenDocument spreadsheet (.ods). Save it as an Excel workbook (.xlsx)."
    )
    ENCRYPTED = "It has a password. Save it without one."
    WEB_PAGE = "It is a web page or XML under another name. Open it in Excel and save it as .xlsx."
    NO_LIST = "It is neither an Excel workbook (.xlsx, .xlsm) nor CSV. Send one of these."
    DAMAGED = "It is damaged. Open it in Excel, save it anew and send that."
    TOO_LARGE = "It is too large. Send the list in parts, without pictures."
    TOO_MANY_ROWS = "It has too many rows. Send the list in parts."
    UNPACKS_TOO_LARGE = (
        "It unpacks to far more than it is. Copy the list into a new workbook and send that."
    )
    TOO_COSTLY = (
        "Reading it takes too much time or memory. Copy the list into a new workbook and send that."
    )
    FOREIGN_TEXT = (
        "It holds declarations that Excel never writes. Open it in Excel and save it anew."
    )
    EMPTY = (
        "Nothing stands in it that can be seen. Show the sheet and the rows that are to be read."
    )


class UnreadableFile(Exception):
    """No retry helps: the client must send another file."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why
