"""The error tree.

ScrimpError
├── SettingsError      a settings file that cannot be used as written
├── DigestError        a model that could not be asked, or gave no answer
├── JournalError       the journal of cuts cannot be written
├── LedgerError        a ledger that cannot be opened, is not ours or is newer than us
├── NotFoundError      the ledger knows no session, request or prompt of that name
├── OutputError        an original that could not be kept, adopted or found
│   └── ReadOnlyError  its folder may not be written from here: a sandbox
└── UsageError         the command line was used wrongly (exit 2)
"""


class ScrimpError(Exception):
    """What happened, with which value, and what to do next, in one sentence for a person."""


class SettingsError(ScrimpError):
    """A settings file that cannot be used as written."""


class DigestError(ScrimpError):
    """A model that could not be asked, or gave no answer."""


class JournalError(ScrimpError):
    """The journal of cuts cannot be written."""


class LedgerError(ScrimpError):
    """A ledger that cannot be opened, is not ours or is newer than us."""


class NotFoundError(ScrimpError):
    """The ledger knows no session, request or prompt of that name."""


class OutputError(ScrimpError):
    """An original that could not be kept, adopted or found."""


class ReadOnlyError(OutputError):
    """A folder that may not be written from here: a sandbox."""


class UsageError(ScrimpError):
    """The command line was used wrongly."""
