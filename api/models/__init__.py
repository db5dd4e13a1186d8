"""What the way out remembers: what was told, to whom it is due, and what came of it."""

from .facebook import FacebookPage, Post, PostForm, PostState
from .ledger import Change, ChangeQuerySet, Entry, EntryQuerySet, Facet, Operation, Reconciliation, Shown
from .outbox import Attempt, Delivery, DeliveryState, Endpoint, EndpointState
from .partners import Key, LicenseAcceptance, Partner, Scope
from .purges import Observation, Purge, PurgeState
from .usage import KeyUse

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
    "KeyUse",
    "LicenseAcceptance",
    "Observation",
    "Operation",
    "Partner",
    "Post",
    "PostForm",
    "PostState",
    "Purge",
    "PurgeState",
    "Reconciliation",
    "Scope",
    "Shown",
]
