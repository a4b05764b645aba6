"""What the shop knows about a person: told to them on request, and erased on request, the books kept.

Owns the requests, the registry of every place that holds something of a person (``registry``), and the order
of work. Does not own the data: each place has a keeper behind ``PersonalDataKeeper`` that exports and erases.
"""

from vivamarket.privacy.errors import ExportNotFound, NothingToCancel
from vivamarket.privacy.model import Person, PrivacyRequest, RequestKind, RequestState
from vivamarket.privacy.ports import PersonalDataKeeper, PersonReader, PrivacyMailer, PrivacyStore
from vivamarket.privacy.service import PrivacyService
from vivamarket.privacy.work import PrivacyWork

__all__ = [
    "ExportNotFound",
    "NothingToCancel",
    "Person",
    "PersonReader",
    "PersonalDataKeeper",
    "PrivacyMailer",
    "PrivacyRequest",
    "PrivacyService",
    "PrivacyStore",
    "PrivacyWork",
    "RequestKind",
    "RequestState",
]
