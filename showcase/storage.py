"""Where story media lie: a folder without addresses, so that nothing but the one door opens a file."""

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files that have no address. Django's own would make one up from ``MEDIA_URL``, where nothing answers."""

    def url(self, name: str | None) -> NoReturn:
        """Refuse.

        Raises:
            ValueError: always; ``url`` of the photo, its size or the file is the door.
        """
        message = f"{name} has no address."
        raise ValueError(message)
