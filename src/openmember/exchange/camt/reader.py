"""Reads a camt.053 or camt.054 file whole, holds it to its balances and totals, and names each problem.

Source: ISO 20022, Bank-to-Customer Cash Management: BankToCustomerStatement (camt.053) and
BankToCustomerDebitCreditNotification (camt.054).
"""

from datetime import date

from openmember.exchange.camt.tree import Node, NotXml, read_tree
from openmember.exchange.camt.types import CamtFile, Movement, Problem, Statement

_BODIES = {"BkToCstmrStmt": ("053", "Stmt"), "BkToCstmrDbtCdtNtfctn": ("054", "Ntfctn")}
OPENING, CLOSING = ("OPBD", "PRCD", "OPAV"), ("CLBD", "CLAV")


def read_camt(content: bytes) -> CamtFile:
    """Return what the file says. Nothing in a file raises; use it only when it has no problems."""
    file = CamtFile()
    try:
        root = read_tree(content)
    except NotXml as wrong:
        file.wrong(wrong.line, "xml", str(wrong))
        return file
    for tag, (kind, part) in _BODIES.items():
        for body in root.children(tag):
            file.kind, file.message = kind, body.text("GrpHdr", "MsgId")
            for node in body.children(part):
                _read_statement(file, node)
    if not file.kind:
        file.wrong(
            root.line,
            "message",
            "The file is neither a statement (camt.053) nor an advice (camt.054).",
        )
    elif not file.statements:
        file.wrong(root.line, "empty", "The file holds no statement.")
    return file


def _read_statement(file: CamtFile, node: Node) -> None:
    account = node.find("Acct")
    if account is None:
        file.wrong(node.line, "account", "The statement names no account.")
        return
    statement = Statement(
        node.line, node.text("Id"), account.text("Id", "IBAN") or account.text("Id", "Othr", "Id"),
        account.text("Svcr", "FinInstnId", "BICFI") or account.text("Svcr", "FinInstnId", "BIC")
        or account.text("Svcr", "FinInstnId", "ClrSysMmbId", "MmbId"),
        account.text("Ccy"), node.text("ElctrncSeqNb") or node.text("LglSeqNb"),
    )  # fmt: skip
    if not statement.account:
        file.wrong(account.line, "account", "The account has no number.")
    file.statements.append(statement)
    _read_balances(file, statement, node)
    sums = {"CRDT": [0, 0], "DBIT": [0, 0]}
    for entry in node.children("Ntry"):
        if _status(entry) != "BOOK":
            message = "A movement is not booked yet; it is passed over."
            file.notes.append(Problem(entry.line, "not-booked", message))
            continue
        _read_entry(file, statement, entry, sums)
    _check_totals(file, node, sums)
    if file.kind == "053":
        _check_balances(file, statement, sums)


def _read_balances(file: CamtFile, statement: Statement, node: Node) -> None:
    for balance in node.children("Bal"):
        code = balance.text("Tp", "CdOrPrtry", "Cd")
        cents, day = balance.cents("Amt"), balance.day("Dt")
        if cents is None or day is None:
            file.wrong(
                balance.line, "balance", "A balance has no amount in whole cents, or no day."
            )
            continue
        signed = -cents if balance.text("CdtDbtInd") == "DBIT" else cents
        amount = balance.find("Amt")
        statement.currency = statement.currency or (amount.attribute("Ccy") if amount else "")
        if code in OPENING and statement.opening_cents is None:
            statement.opening_cents = signed
        elif code == "CLBD" or (code == "CLAV" and statement.closing_cents is None):
            statement.closing_cents, statement.closing_on = signed, day


def _read_entry(
    file: CamtFile, statement: Statement, entry: Node, sums: dict[str, list[int]]
) -> None:
    cents, mark = entry.cents("Amt"), entry.text("CdtDbtInd")
    amount = entry.find("Amt")
    on = entry.day("BookgDt") or entry.day("ValDt") or statement.closing_on
    if cents is None or mark not in sums or on is None or amount is None:
        file.wrong(
            entry.line,
            "movement",
            "A movement needs an amount in whole cents, a direction and a day.",
        )
        return
    statement.currency = statement.currency or amount.attribute("Ccy")
    if amount.attribute("Ccy") != statement.currency:
        file.wrong(amount.line, "currency", "A movement is in another currency than its account.")
    statement.entries += 1
    sums[mark][0] += 1
    sums[mark][1] += cents
    sign = 1 if mark == "CRDT" else -1
    reference = entry.text("AcctSvcrRef") or entry.text("NtryRef")
    for detail, part in _details(file, entry, cents):
        statement.movements.append(_movement(entry, detail, on, sign * part, reference))


def _details(file: CamtFile, entry: Node, cents: int) -> list[tuple[Node | None, int]]:
    """Return an entry's transactions with their amounts, or the entry as one where it gives none."""
    details = [one for group in entry.children("NtryDtls") for one in group.children("TxDtls")]
    parts = [_part_cents(one) for one in details]
    known = [part for part in parts if part is not None]
    if len(details) < 2 or len(known) < len(details):
        return [(details[0] if len(details) == 1 else None, cents)]
    if sum(known) != cents:
        message = f"The transactions of a movement do not make its {cents} cents."
        file.wrong(entry.line, "does-not-add-up", message)
    return list(zip(details, known, strict=True))


def _type_code(entry: Node) -> str:
    domain = entry.find("BkTxCd", "Domn")
    if domain is None:
        return entry.text("BkTxCd", "Prtry", "Cd") or "camt"
    parts = (domain.text("Cd"), domain.text("Fmly", "Cd"), domain.text("Fmly", "SubFmlyCd"))
    return "-".join(part for part in parts if part)


def _movement(
    entry: Node, detail: Node | None, on: date, cents: int, entry_reference: str
) -> Movement:
    code, extra = _type_code(entry), entry.text("AddtlNtryInf")
    if detail is None:
        return Movement(entry.line, on, cents, code, entry_reference, entry_reference, "", extra)
    parties = detail.find("RltdPties")
    payer = (parties.text("Dbtr", "Nm") or parties.text("Dbtr", "Pty", "Nm")) if parties else ""
    reference = detail.text("Refs", "AcctSvcrRef") or detail.text("Refs", "TxId") or entry_reference
    said = " ".join(one for one in (*_said(detail), extra) if one)
    return Movement(detail.line, on, cents, code, reference, entry_reference, payer, said)


def _said(detail: Node) -> list[str]:
    """Everything a payer could write on a transaction."""
    said: list[str] = []
    for remittance in detail.children("RmtInf"):
        said += [one.text() for one in remittance.children("Ustrd")]
        for structured in remittance.children("Strd"):
            said += [structured.text("CdtrRefInf", "Ref"), structured.text("RfrdDocInf", "Nb")]
    end_to_end = detail.text("Refs", "EndToEndId")
    return [*said, "" if end_to_end == "NOTPROVIDED" else end_to_end, detail.text("AddtlTxInf")]


def _part_cents(detail: Node) -> int | None:
    cents = detail.cents("Amt")
    return cents if cents is not None else detail.cents("AmtDtls", "TxAmt", "Amt")


def _status(entry: Node) -> str:
    return entry.text("Sts", "Cd") or entry.text("Sts")


def _check_totals(file: CamtFile, node: Node, sums: dict[str, list[int]]) -> None:
    for tag, mark in (("TtlCdtNtries", "CRDT"), ("TtlDbtNtries", "DBIT")):
        total = node.find("TxsSummry", tag)
        if total is None:
            continue
        count, cents = total.text("NbOfNtries"), total.cents("Sum")
        if (count and count != str(sums[mark][0])) or (
            total.find("Sum") and cents != sums[mark][1]
        ):
            message = (
                f"The summary ({tag}) says {count or '?'} of {cents} cents;"
                f" {sums[mark][0]} of {sums[mark][1]} are listed."
            )
            file.wrong(total.line, "control", message)


def _check_balances(file: CamtFile, statement: Statement, sums: dict[str, list[int]]) -> None:
    if (
        statement.opening_cents is None
        or statement.closing_cents is None
        or statement.closing_on is None
    ):
        file.wrong(
            statement.line,
            "balance",
            "The statement lacks its opening or its closing booked balance.",
        )
        return
    made = statement.opening_cents + sums["CRDT"][1] - sums["DBIT"][1]
    if made != statement.closing_cents:
        message = (
            f"The statement does not add up: {statement.opening_cents} and {sums['CRDT'][1]} in and"
            f" {sums['DBIT'][1]} out make {made}, not {statement.closing_cents}."
        )
        file.wrong(statement.line, "does-not-add-up", message)
