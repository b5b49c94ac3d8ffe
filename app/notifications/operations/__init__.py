"""Verbs of notices and mail.

notify(["ivanova", "school_head@s1"], _l("New task"), text, link="/tasks/1", dedupe_key="task:1", kind="task")
write_to("ivanova", _l("New password"), text, "/access/…", "reset:7")     # at once, whatever was chosen
"""

from __future__ import annotations

from .bounces import take_bounce
from .choices import Choice, choose, choose_hours
from .feeds import end_feed, feed_reader, new_feed
from .mailing import DELIVER, send_again, write_to
from .notifying import DIGEST, mark_all_read, mark_read, notify
from .templates import give_back, save_template

__all__ = [
    "DELIVER",
    "DIGEST",
    "Choice",
    "choose",
    "choose_hours",
    "end_feed",
    "feed_reader",
    "give_back",
    "mark_all_read",
    "mark_read",
    "new_feed",
    "notify",
    "save_template",
    "send_again",
    "take_bounce",
    "write_to",
]
