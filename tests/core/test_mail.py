import socketserver
import threading
from dataclasses import replace

import pytest
from jinja2 import ChoiceLoader, DictLoader

from portal.core import files, mail, outbox, settings
from portal.core.mail import Recipient

ANNA = Recipient("anna@example.org", "Anna Šimková", "en")
BRUNO = Recipient("bruno@example.org", "Bruno Lefèvre", "fr")

TEMPLATES = {
    "sample/mail/told.txt": (
        "{{ _('Sign in') }}: {{ name }}\n\n{{ name }}\n{{ link('/exchanges/' ~ ref) }}\n"
    ),
    "sample/mail/broken_name.txt": "News of {{ name }}\n\nBody.\n",
}


@pytest.fixture(autouse=True)
def _samples(app):
    loader = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), loader])
    yield
    app.jinja_env.loader = loader


def test_a_mail_is_written_in_the_language_of_its_reader(session, mails):
    for reader in (ANNA, BRUNO):
        mail.queue(
            reader, "sample/mail/told.txt", about="CXC-2026-0001:approve", name="A & B", ref="X"
        )

    english, french = mails()

    assert english.subject == "Sign in: A & B"
    assert french.subject == "Se connecter: A & B"
    assert (english.language, french.language) == ("en", "fr")


def test_a_mail_is_plain_text_with_full_addresses(session, mails):
    mail.queue(ANNA, "sample/mail/told.txt", about="x", name="<b>A & B</b>", ref="CXC-2026-0001")

    assert mails()[0].body == "<b>A & B</b>\nhttp://localhost/exchanges/CXC-2026-0001\n"


def test_the_same_event_mails_the_same_person_once(session, mails):
    for _ in range(2):
        mail.queue(ANNA, "sample/mail/told.txt", about="CXC-2026-0001:approve", name="", ref="")
    mail.queue(BRUNO, "sample/mail/told.txt", about="CXC-2026-0001:approve", name="", ref="")
    mail.queue(ANNA, "sample/mail/told.txt", about="CXC-2026-0001:validate", name="", ref="")

    assert [message.recipient for message in mails()] == [ANNA.email, BRUNO.email, ANNA.email]


def test_a_mail_of_an_undone_change_is_undone_with_it(session, mails):
    mail.queue(ANNA, "sample/mail/told.txt", about="x", name="", ref="")

    session.rollback()

    assert mails() == []


def test_nothing_typed_can_add_a_header(session, mails):
    name = "x\r\nBcc: everybody@example.org"
    mail.queue(
        Recipient("anna@example.org", name, "en"),
        "sample/mail/broken_name.txt",
        about="x",
        name=name,
    )

    sent = mail.compose(mails()[0])

    assert "Bcc" not in sent
    assert set(sent.keys()) >= {"Subject", "From", "To", "Date", "Message-ID"}
    assert "\n" not in sent["To"]


def test_a_repeated_delivery_is_recognised(session, mails):
    mail.queue(ANNA, "sample/mail/told.txt", about="x", name="", ref="")
    mail.queue(BRUNO, "sample/mail/told.txt", about="x", name="", ref="")
    first, other = mails()

    assert mail.compose(first)["Message-ID"] == mail.compose(first)["Message-ID"]
    assert mail.compose(first)["Message-ID"] != mail.compose(other)["Message-ID"]


def test_an_attachment_arrives_whole(session, mails):
    content = b"%PDF-1.7\n\xff\x00...\n%%EOF"
    kept = files.keep(content, "Reçu.pdf", uploaded_by_id=None)
    mail.queue(
        ANNA, "sample/mail/told.txt", about="x", attachments={"Reçu.pdf": kept}, name="", ref=""
    )

    sent = mail.compose(mails()[0])

    (attached,) = sent.iter_attachments()
    assert attached.get_filename() == "Reçu.pdf"
    assert attached.get_content() == content


class _Server(socketserver.StreamRequestHandler):
    """As much SMTP as one message needs."""

    received: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        in_data = False
        for line in self.rfile:
            self.received.append(line)
            if in_data:
                if line == b".\r\n":
                    in_data = False
                    self.wfile.write(b"250 kept\r\n")
            elif line.upper().startswith(b"DATA"):
                in_data = True
                self.wfile.write(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


def test_a_mail_leaves_over_smtp_and_a_refusal_is_kept(app, session, mails):
    mail.queue(BRUNO, "sample/mail/told.txt", about="x", name="Ελένη", ref="Y")
    session.commit()
    _Server.received = []
    before = settings.current()
    with socketserver.TCPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        settings.install(
            app, replace(before, smtp_url=f"smtp://127.0.0.1:{server.server_address[1]}")
        )
        try:
            assert outbox.work(mail.send) == 1
        finally:
            settings.install(app, before)

    said = b"".join(_Server.received)
    assert b"rcpt to:<bruno@example.org>" in said.lower()
    assert b"Content-Language: fr" in said
    assert mails()[0].done_at
