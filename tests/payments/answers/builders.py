"""Files as banks write them: pain.002, camt.053 and camt.054, one line for each entry."""

from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def a_status(end_to_end, status, *, code="", text="", cents=None):
    """One payment in a status report."""
    reason = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>{escape(text)}</AddtlInf></StsRsnInf>"
    amount = (
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{euros(cents)}</InstdAmt></Amt></OrgnlTxRef>'
        if cents
        else ""
    )
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        f"{reason if code else ''}{amount}</TxInfAndSts>"
    )


def a_report(*lines, message="STS-1", batch="BAT-2026-0001", group="", version="10"):
    """A status report (pain.002) on an order."""
    status = f"<GrpSts>{group}</GrpSts>" if group else ""
    body = f"<OrgnlPmtInfAndSts>{''.join(lines)}</OrgnlPmtInfAndSts>" if lines else ""
    return (
        f'{HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}">'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>{message}</MsgId></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId>{status}</OrgnlGrpInfAndSts>"
        f"{body}</CstmrPmtStsRpt></Document>"
    ).encode()


def a_booking(
    end_to_end, cents, *, day="2026-03-02", reference="B1", code="", credit=False, **other
):
    """One booked entry of a statement: a debit, or the credit of a return."""
    currency, status = other.get("currency", "EUR"), other.get("status", "<Cd>BOOK</Cd>")
    returned = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    account = (
        f"<RltdPties><CdtrAcct><Id><IBAN>{other.get('iban')}</IBAN></Id></CdtrAcct></RltdPties>"
    )
    return (
        f'<Ntry><Amt Ccy="{currency}">{euros(cents)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if credit or code else 'DBIT'}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>"
        f"{account if 'iban' in other else ''}{returned}</TxDtls></NtryDtls></Ntry>"
    )


def a_statement(*entries, message="STM-1", version="08"):
    """An account statement (camt.053)."""
    return (
        f'{HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>{message}</MsgId></GrpHdr>"
        f"<Stmt>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def a_notification(*entries, message="NTF-1"):
    """A debit and credit notification (camt.054)."""
    return (
        f'{HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">'
        f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>{message}</MsgId></GrpHdr>"
        f"<Ntfctn>{''.join(entries)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def euros(cents):
    """Cents as banks write them."""
    return f"{cents // 100}.{cents % 100:02}"
