"""Logs for operators: one line per request, with its id and actor, and no personal data."""

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
actor_id: ContextVar[str] = ContextVar("actor_id", default="-")

logger = logging.getLogger("portal")


class _Context(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.actor_id = actor_id.get()
        # A log line stays one line, whatever was typed.
        record.msg = str(record.msg).replace("\n", "\\n").replace("\r", "\\r")
        return True


def set_up_logging(level: int = logging.INFO) -> None:
    """Send the portal's log to standard error, one line per event; safe to call twice."""
    if logger.handlers:
        return
    handler = logging.StreamHandler()
    handler.addFilter(_Context())
    form = "%(asctime)s %(levelname)s request=%(request_id)s actor=%(actor_id)s %(message)s"
    handler.setFormatter(logging.Formatter(form))
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
