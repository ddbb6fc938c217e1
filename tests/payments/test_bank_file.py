"""The bank file of a batch on both engines: made once, the same for ever, taken by few."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core import clock, settings
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import NotAllowed, RuleBroken
from portal.payments import operations, policy, queries
from portal.payments.states import BankFormat, State
from tests.builders import an_actor
from tests.ledger.builders import a_line
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting, an_account

TURKISH = "TR330006100519786457841326"


@pytest.fixture
def set_to(app, monkeypatch):
    """set_to(debtor_iban=""): the portal runs with other settings."""

    def change(**values):
        changed = replace(settings.current(), **values)
        monkeypatch.setitem(app.extensions, "portal_settings", changed)

    return change


def a_batch(*cents, people=None):
    people, line = people or a_circuit(), a_line(10_000_000)
    payments = [
        a_payment(State.AUTHORISED, circuit=people, line=line, cents=each) for each in cents
    ]
    return operations.send(*payments, actor=people.accountant), payments


def a_payment_abroad(people):
    payee = a_payee(with_account=False, country="TR", town="Ankara")
    an_account(payee, iban=TURKISH, bic=None)
    return a_payment(State.AUTHORISED, circuit=people, payee=payee)


def taken(batch, actor=None):
    actor = actor or acting(a_person(Role.ACCOUNTANT), Role.ACCOUNTANT)
    return operations.export(batch, actor=actor).content


def texts(content, tag):
    return [found.text for found in etree.fromstring(content).iter(f"{{*}}{tag}")]


def test_send_keeps_a_file_that_says_what_the_batch_says(session):
    with clock.at(datetime(2026, 4, 2, 9, tzinfo=UTC)):
        batch, payments = a_batch(39_000, 7)
    file = queries.bank_file_of(batch.id)

    assert (file.transfers, file.total_cents) == (batch.payments, batch.total_cents) == (2, 39_007)
    assert file.execute_on == date(2026, 4, 7)
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert texts(file.content, "MsgId") == [batch.ref]
    assert texts(file.content, "CtrlSum") == ["390.07", "390.07"]
    assert texts(file.content, "EndToEndId") == sorted(payment.ref for payment in payments)
    assert trail_of(batch.ref)[0].after["checksum"] == file.sha256


def test_the_file_stays_the_same_when_the_payee_takes_another_name_and_moves(session):
    with clock.at(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        batch, payments = a_batch(39_000)
    before = taken(batch)
    payee = payments[0].payee
    payee.legal_name, payee.town = "Another name", "Lyon"
    session.flush()
    session.expire_all()

    with clock.at(datetime(2027, 3, 2, 9, tzinfo=UTC)):
        again = taken(queries.batch_by_ref(batch.ref))

    assert again == before
    assert b"Lyon" not in again


def test_the_file_stays_the_same_when_our_own_account_changes(session, set_to):
    batch, _payments = a_batch(39_000)
    before = taken(batch)

    set_to(debtor_name="Another office", bank_format="pain.001.001.03")

    assert taken(batch) == before


def test_the_message_is_the_one_the_bank_takes(session, set_to):
    set_to(bank_format="pain.001.001.03")

    file = queries.bank_file_of(a_batch(100)[0].id)

    assert file.format is BankFormat.PAIN_03
    assert b"pain.001.001.03" in file.content


def test_a_payment_that_sepa_does_not_reach_is_named_and_nothing_leaves(session):
    people = a_circuit()
    near, abroad = a_payment(State.AUTHORISED, circuit=people), a_payment_abroad(people)

    with pytest.raises(RuleBroken) as refused, session.begin_nested():
        operations.send(near, abroad, actor=people.accountant)

    assert [fault.rule for fault in refused.value.faults] == ["BANK-SEPA"]
    assert abroad.ref in str(refused.value.faults[0].message)
    assert "Türkiye" in str(refused.value.faults[0].message)
    assert {near.state, abroad.state} == {State.AUTHORISED}
    operations.send(near, actor=people.accountant)
    assert near.state is State.SENT


def test_without_an_account_to_pay_from_a_batch_has_no_file(session, set_to):
    set_to(debtor_name="", debtor_iban="")
    batch, _payments = a_batch(100)

    assert queries.bank_file_of(batch.id) is None
    with pytest.raises(RuleBroken, match="without a bank file"):
        taken(batch)


def test_each_taking_is_noted(session):
    batch, _payments = a_batch(100)
    auditor = a_person(Role.AUDITOR)

    taken(batch, acting(auditor, Role.AUDITOR))

    entry = trail_of(batch.ref)[0]
    assert (entry.verb, entry.actor_id) == ("batch.export", auditor.id)
    assert entry.details["checksum"] == queries.bank_file_of(batch.id).sha256


@pytest.mark.parametrize("role", Role)
def test_only_who_takes_it_to_the_bank_and_who_checks_have_the_file(role):
    assert policy.may_export(an_actor(role)) == (role in (Role.ACCOUNTANT, Role.AUDITOR))


def test_the_file_is_not_handed_to_others(session):
    people = a_circuit()
    batch, _payments = a_batch(100, people=people)

    with pytest.raises(NotAllowed):
        taken(batch, people.authoriser)


@pytest.mark.parametrize(
    "change", ["update bank_file set content = content", "delete from bank_file"]
)
def test_a_file_never_changes(session, change):
    a_batch(100)

    with pytest.raises(IntegrityError, match="append_only_bank_file"):
        session.execute(text(change))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Bank file", "Control sum", "€390.07", "Number of transfers"]),
        ("fr", ["Fichier bancaire", "Total de contrôle", "390,07 €", "Nombre de virements"]),
    ],
)
def test_the_page_of_a_batch_shows_the_file_in_the_readers_language(sign_in_as, language, words):
    batch, _payments = a_batch(39_000, 7)
    db.session.commit()

    page = sign_in_as(a_person(Role.VERIFIER, language=language)).page(
        f"/payment-batches/{batch.ref}"
    )

    shown = page.text.replace("\u00a0", " ").replace("\u202f", " ")
    file = queries.bank_file_of(batch.id)
    assert [each for each in [*words, file.name, file.sha256] if each not in shown] == []
    assert f"/payment-batches/{batch.ref}/export" not in [form.action for form in page.forms]


def test_an_accounting_officer_downloads_the_file_with_one_button(sign_in_as):
    batch, _payments = a_batch(39_000)
    db.session.commit()
    client = sign_in_as(a_person(Role.ACCOUNTANT))
    address = f"/payment-batches/{batch.ref}/export"

    assert address in [form.action for form in client.page(f"/payment-batches/{batch.ref}").forms]
    first, second = client.post(address), client.post(address)

    assert (first.status_code, first.mimetype) == (200, "application/xml")
    assert f"{batch.ref}-pain.001.001.09.xml" in first.headers["Content-Disposition"]
    assert first.data == second.data
    file = queries.bank_file_of(batch.id)
    assert hashlib.sha256(first.data).hexdigest() == file.sha256


def test_a_batch_with_a_payment_abroad_comes_back_with_the_reason(sign_in_as):
    abroad = a_payment_abroad(a_circuit())
    db.session.commit()
    client = sign_in_as(a_person(Role.ACCOUNTANT, language="fr"))

    answer = client.post("/payments/send", data={"refs": abroad.ref})

    assert answer.status_code == 422
    assert f"Le paiement {abroad.ref} ne peut pas figurer dans le lot" in answer.text
    assert "Turquie" in answer.text


def test_who_releases_a_batch_is_told_before_that_there_will_be_no_file(sign_in_as, set_to):
    people = a_circuit()
    payment = a_payment(State.AUTHORISED, circuit=people)
    set_to(debtor_name="", debtor_iban="")
    db.session.commit()
    client = sign_in_as(a_person(Role.ACCOUNTANT))

    preview = client.page(f"/payments/send?ref={payment.ref}")
    batch = operations.send(payment, actor=people.accountant)
    db.session.commit()
    page = client.page(f"/payment-batches/{batch.ref}")

    assert "PORTAL_DEBTOR_IBAN" in preview.text
    assert "released without a bank file" in page.text
    assert "PORTAL_DEBTOR_IBAN" in page.text
    assert client.post(f"/payment-batches/{batch.ref}/export").status_code == 422
