"""Mail: rendered in the reader's language, queued with the change, sent after the commit."""

import hashlib
import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr
from urllib.parse import unquote, urlsplit

from flask import current_app

from portal.core import clock, outbox, settings
from portal.core.db import db
from portal.core.files import StoredFile
from portal.core.i18n import use_locale


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail, and the language they read."""

    email: str
    name: str
    language: str


@dataclass(frozen=True)
class Letter:
    """A mail to be queued: to whom, from which template, and what it is about (see `queue`)."""

    recipient: Recipient
    template: str
    about: str
    context: Mapping[str, object] = field(default_factory=dict)
    attachments: Mapping[str, StoredFile] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is told apart by: the same event never mails the same person twice."""
        return f"{self.template}:{self.about}:{self.recipient.email}"[:200]


def link(path: str) -> str:
    """The full address of a page of this portal, for use in mails."""
    return settings.current().public_url + path


def queue(
    recipient: Recipient,
    template: str,
    *,
    about: str,
    attachments: Mapping[str, StoredFile] | None = None,
    **context: object,
) -> None:
    """Write one mail into the outbox, in the recipient's language.

    `template` is a text template whose first line is the subject, followed by an empty line and the
    body. `about` names the event (reference, verb, and a number where it repeats): the same
    event never mails the same person twice. Nothing leaves before the transaction is committed.
    """
    queue_all([Letter(recipient, template, about, context, attachments or {})])


def queue_all(letters: Iterable[Letter]) -> None:
    """The same for many mails at once."""
    if rows := [_row(letter) for letter in letters]:
        outbox.put(rows)


def _row(letter: Letter) -> dict[str, object]:
    recipient, now = letter.recipient, clock.now()
    with use_locale(recipient.language):
        text = current_app.jinja_env.get_template(letter.template).render(
            recipient=recipient, link=link, **letter.context
        )
    subject, _, body = text.strip().partition("\n")
    return {
        "deduplication_key": letter.key,
        "recipient": recipient.email,
        "recipient_name": " ".join(recipient.name.split()),
        "language": recipient.language,
        "subject": subject.strip()[:300],
        "body": body.strip() + "\n",
        "attachments": {name: file.id for name, file in letter.attachments.items()},
        "created_at": now,
        "run_at": now,
    }


def send(message: outbox.OutboxMessage) -> None:
    """Deliver one outbox row over SMTP; raises OSError (which SMTP errors are) when that fails."""
    address = urlsplit(settings.current().smtp_url)
    server_class = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    with server_class(address.hostname or "localhost", address.port or 0, timeout=20) as server:
        if address.scheme == "smtp+starttls":
            server.starttls()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(compose(message))


def compose(message: outbox.OutboxMessage) -> EmailMessage:
    """The mail as it goes over the wire; its Message-ID is fixed, so a repeated delivery is
    recognised.
    """
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = settings.current().mail_from
    mail["To"] = formataddr((message.recipient_name, message.recipient))
    mail["Date"] = message.created_at
    digest = hashlib.sha256(message.deduplication_key.encode()).hexdigest()[:32]
    mail["Message-ID"] = (
        f"<{digest}@{settings.current().mail_from.partition('@')[2] or 'localhost'}>"
    )
    mail.set_content(message.body)  # drops every Content- header set before
    mail["Content-Language"] = message.language
    for name, file_id in message.attachments.items():
        file = db.session.get_one(StoredFile, file_id)
        kind, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=name)
    return mail
