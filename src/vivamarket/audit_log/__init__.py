"""Who of the staff did what, when and from where: a log that is only ever added to.

Owns the entries, their chain and its verification. Does not own what is recorded when: the edges decide that
(``api/trail``, ``cli/trail``). It holds ids of customers, never their names, addresses or mails.
"""

from vivamarket.audit_log.model import (
    Actor,
    ActorKind,
    AuditQuery,
    Change,
    Entry,
    Head,
    Link,
    Noted,
    Outcome,
    Phase,
)
from vivamarket.audit_log.service import AuditLog

__all__ = [
    "Actor",
    "ActorKind",
    "AuditLog",
    "AuditQuery",
    "Change",
    "Entry",
    "Head",
    "Link",
    "Noted",
    "Outcome",
    "Phase",
]
