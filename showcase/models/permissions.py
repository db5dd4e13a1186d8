"""What staff may do with a story in the admin."""

from wagtail.models import PagePermissionTester


class StoryPermissionTester(PagePermissionTester):
    """Stories go live by their review: no group publishes one directly, and nobody multiplies or removes consent."""

    def can_publish(self) -> bool:
        """Only what files a live story anew: its content is still, to the letter, what everyone agreed to."""
        if self.user.is_superuser:
            return bool(super().can_publish())
        return bool(super().can_publish() and self.page.has_live_content())

    def can_set_view_restrictions(self) -> bool:
        """Whoever reviews may hide a story, as any page."""
        return bool(super().can_publish())

    def can_unschedule(self) -> bool:
        """Whoever reviews may stop what is scheduled."""
        return bool(super().can_publish())

    def can_copy(self) -> bool:
        """A copy would have nobody's consent."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002 - Wagtail's signature
        """The proof of consent goes with the page: staff unpublish, hold or purge; moving asks here too."""
        return bool(self.user.is_superuser and super().can_delete(ignore_bulk))
