"""What the way out remembers: what was told, to whom it is due, and what came of it."""

from .facebook import FacebookPage, Post, PostForm, PostState
from .ledger import Change, ChangeQuerySet, Entry, EntryQuerySet, Facet, Operation, Reconciliation, Shown
from .outbox import Attempt, Delivery, DeliveryState, Endpoint, EndpointState
from .partners import Key, LicenseAcceptance, Partner, Scope

__all__ = [
    "Attempt",
    "Change",
    "ChangeQuerySet",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "EndpointState",
    "Entry",
    "EntryQuerySet",
    "FacebookPage",
    "Facet",
    "Key",
    "LicenseAcceptance",
    "Operation",
    "Partner",
    "Post",
    "PostForm",
    "PostState",
    "Reconciliation",
    "Scope",
    "Shown",
]
