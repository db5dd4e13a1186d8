"""What the lower apps tell whoever listens."""

from django.dispatch import Signal

# Sent inside the transaction of a flow that changes what is public without a Wagtail signal.
# Arguments: refs, a list of (model class, primary key).
changed = Signal()

# Sent inside the transaction of a flow that changes many days of the official calendar at once. No arguments.
calendar_changed = Signal()
