"""What must hold of everything a partner's site was told, whatever died in between."""

from collections import defaultdict
from typing import Any

from api import ledger
from api.models import Change, Delivery, DeliveryState, Operation
from home.visibility import Channel
from tests.api.mirrors import client, public, standing
from tests.api.sites import Site
from tests.api.writers import gaps


def judge(site: Site, since: int, *types: str) -> dict[str, Any]:
    """All that went wrong with what a site was told of the changes after ``since``; empty lists when nothing did.

    ``types``: compare the copies of these alone with what is shown.
    """
    shown = public(site.api, site.key, *types)
    site.follow()
    before = standing(site.told, *types)
    client.follow(site.api, site.told, site.key)
    return {
        "from changes": differing(standing(site.followed, *types), shown),
        "from webhooks": differing(standing(site.told, *types), shown),
        "before it caught up": differing(before, shown),
        "lost": lost(site, since),
        "duplicates": duplicates(site),
        "overtaken": overtaken(site, since),
        "wrong": site.wrong,
        "gaps": gaps(),
        "drift": ledger.drift(),
    }


def differing(copy: dict[str, Any], shown: dict[str, Any]) -> list[str]:
    """The items that a copy has otherwise than they are shown."""
    return sorted(name for name in copy.keys() | shown.keys() if copy.get(name) != shown.get(name))


def told_since(since: int) -> dict[tuple[str, str], list[Change]]:
    """The changes partners were told of, by item, in their order."""
    found = defaultdict(list)
    for change in Change.objects.told_on(Channel.PARTNER_SITES).filter(seq__gt=since).order_by("seq"):
        found[str(change.uid), change.lang].append(change)
    return found


def firsts(site: Site) -> dict[tuple[str, str], list[int]]:
    """The numbers of the changes that arrived, by item, in the order they first arrived in."""
    found = defaultdict(list)
    for message in site.arrived.values():
        if "seq" in message["data"]:
            found[message["data"]["id"], message["data"]["lang"]].append(message["data"]["seq"])
    return found


def lost(site: Site, since: int) -> list[str]:
    """Items whose last change never arrived, and messages said to have been delivered that did not."""
    arrived = firsts(site)
    items = [
        f"{changes[-1]}" for item, changes in told_since(since).items() if changes[-1].seq not in arrived.get(item, [])
    ]
    delivered = Delivery.objects.filter(state=DeliveryState.DELIVERED)
    return items + [str(one) for one in delivered if str(one.key) not in site.arrived]


def duplicates(site: Site) -> list[int]:
    """Changes that arrived under more than one id, each of which a partner would take for news."""
    seen = [seq for numbers in firsts(site).values() for seq in numbers]
    return sorted({seq for seq in seen if seen.count(seq) > 1})


def overtaken(site: Site, since: int) -> list[int]:
    """Withdrawals after which something older of the item arrived, or before which something newer did."""
    found = []
    arrived = firsts(site)
    for item, changes in told_since(since).items():
        order = arrived.get(item, [])
        withdrawals = [one.seq for one in changes if one.op == Operation.WITHDRAW]
        for place, seq in enumerate(order):
            found += [gone for gone in withdrawals if gone in order[:place] and gone > seq]
            before = max((gone for gone in withdrawals if gone < seq), default=None)
            # A withdrawal makes those before it needless.
            if before is not None and seq not in withdrawals and before not in order[:place]:
                found.append(before)
    return found
