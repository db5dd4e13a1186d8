"""Who has to take down what was withdrawn, written in the transaction that tells it.

Owed is what a license says must be deleted: stories. The bureau's own items stand under a license that never ends; a
partner may report having taken those down too, and is not reminded of it.
"""

from home.visibility import Channel

from .models import Change, Operation, Partner, Purge
from .serializers.changes import PURGE_WITHIN
from .serializers.documents import STORY


def purge_of(partner: Partner, change: Change) -> Purge:
    """A withdrawal as a partner has to follow it; not stored."""
    return Purge(
        partner=partner,
        seq=change.seq,
        type=change.type,
        uid=change.uid,
        lang=change.lang,
        version=change.version,
        reason=change.reason,
        withdrawn_at=change.at,
        purge_by=change.at + PURGE_WITHIN,
    )


def write_purges(change: Change, before: int) -> None:
    """What a change means for copies at partners; ``before`` are the channels it stood on until now.

    A withdrawal is to be followed by everyone who may hold a copy; what is told anew may be shown again.
    """
    if not change.channels & Channel.PARTNER_SITES:
        return
    if change.op == Operation.WITHDRAW:
        if change.type == STORY:
            Purge.objects.bulk_create(purge_of(one, change) for one in Partner.objects.holding_stories())
    elif change.version > 1 and not before & Channel.PARTNER_SITES:
        Purge.objects.filter(uid=change.uid, lang=change.lang, told_again_at=None).update(
            told_again_at=change.at, look_at=None
        )
