"""Batches: the list, one batch, its payment order, its bank file, its settlement."""

from flask import url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import pdf, settings
from portal.core.actors import ensure, ensure_seen
from portal.core.errors import IllegalStep
from portal.core.i18n import _, current_language
from portal.payments import documents, operations, policy, queries
from portal.payments.forms import SettleForm
from portal.payments.models import Batch, Payment
from portal.payments.states import LIFE, Action, State
from portal.payments.views import shown
from portal.payments.views.door import blueprint
from portal.web import respond
from portal.web.forms import EmptyForm, PortalForm
from portal.web.request_keys import repeatable
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor


@blueprint.get("/payment-batches")
def batches() -> Answer:
    """Every batch, and where its payments stand."""
    ensure(policy.may_list_all(current_actor()))
    found = paginate(queries.batches())
    return page("payments/batches.html", found=found, standings=queries.standings(found.items))


@blueprint.get("/payment-batches/<ref>")
def show_batch(ref: str) -> Answer:
    """One batch: what was released, by whom, its bank file, and where each payment stands."""
    return _batch_page(ref, EmptyForm(formdata=None))


@blueprint.post("/payment-batches/<ref>/export")
@repeatable
def export(ref: str) -> Answer:
    """Hand over the bank file of a batch, and note that it was taken."""
    ensure_seen(policy.may_list_all(current_actor()))
    batch, form = queries.batch_by_ref(ref), EmptyForm()
    if attempt(form, operations.export, batch, actor=current_actor()):
        return respond.download(form.result.content, form.result.name, "application/xml")
    return _batch_page(ref, form, 422)


def _batch_page(ref: str, form: PortalForm, status: int = 200) -> Answer:
    actor = current_actor()
    ensure_seen(policy.may_list_all(actor))
    batch = queries.batch_by_ref(ref)
    standing, file = queries.standings([batch])[0], queries.bank_file_of(batch.id)
    found = paginate(queries.listed_in_batch(batch.id))
    links = [Link(_("Payment order (PDF)"), url_for("payments.order", ref=ref))]
    if file and policy.may_export(actor):
        link = Link(_("Bank file (XML)"), url_for("payments.export", ref=ref), method="post")
        links.insert(0, link)
    if policy.may_settle_batch(actor) and not standing.is_settled:
        settle = url_for("payments.settle_batch", ref=ref)
        links.insert(0, Link(LIFE.labels[Action.SETTLE], settle, "primary"))
    return page(
        "payments/batch.html",
        status,
        form=form,
        batch=batch,
        file=file,
        account_is_set=bool(settings.current().debtor_iban),
        standing=standing,
        found=found,
        rows=[shown.row(payment) for payment in found.items],
        released_by=accounts.by_id(batch.released_by_id).name,
        actions=links,
        trail=trail_of(ref),
    )


@blueprint.get("/payment-batches/<ref>/order")
def order(ref: str) -> Answer:
    """The payment order as a PDF, in the reader's language."""
    ensure_seen(policy.may_list_all(current_actor()))
    data = _order(queries.batch_by_ref(ref))
    language = current_language()
    content = pdf.build(
        documents.payment_order(data),
        title=_("Payment order %(ref)s", ref=ref),
        language=language,
        reference=ref,
        fingerprint=data.fingerprint(),
    )
    return respond.pdf(content, f"{ref}-{language}.pdf")


@blueprint.route("/payment-batches/<ref>/settle", methods=["GET", "POST"])
def settle_batch(ref: str) -> Answer:
    """Enter the day on which the bank executed what it still has of a batch."""
    actor, form = current_actor(), SettleForm()
    ensure(policy.may_settle_batch(actor))
    waiting = _waiting(ref)
    if form.is_submitted() and attempt(
        form, operations.settle, *waiting, actor=actor, **form.values()
    ):
        message = _("The payments are executed; the payees are told.")
        return done(message, "payments.show_batch", ref=ref)
    waiting = _waiting(ref)
    return form_page(
        "payments/settle.html",
        form,
        payments=waiting,
        total_cents=shown.total(waiting),
        back=url_for("payments.show_batch", ref=ref),
    )


def _waiting(ref: str) -> list[Payment]:
    """The payments of a batch of which the bank has not yet answered."""
    waiting = queries.waiting_in_batch(queries.batch_by_ref(ref).id)
    if not waiting:
        raise IllegalStep(State.EXECUTED, Action.SETTLE)
    return waiting


def _order(batch: Batch) -> documents.Order:
    payments = queries.in_batch(batch.id)
    ids = {person for payment in payments for person in payment.signed_by_ids}
    people = accounts.by_ids(ids | {batch.released_by_id})
    names = {person_id: person.name for person_id, person in people.items()}
    return documents.Order(
        ref=batch.ref,
        released_by=names[batch.released_by_id],
        released_at=batch.released_at,
        total_cents=batch.total_cents,
        lines=[_order_line(payment) for payment in payments],
        signed_by={
            payment.ref: (
                documents.signature(names[payment.verified_by_id or 0], payment.verified_under),
                documents.signature(names[payment.authorised_by_id or 0], payment.authorised_under),
            )
            for payment in payments
        },
    )


def _order_line(payment: Payment) -> documents.OrderLine:
    return documents.OrderLine(
        ref=payment.ref,
        subject=payment.subject,
        payee=payment.payee.legal_name,
        holder=payment.account.holder,
        iban=payment.account.iban,
        bic=payment.account.bic or "",
        amount_cents=payment.net_cents,
    )
