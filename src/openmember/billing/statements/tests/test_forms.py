"""A statement in every form, read back; print files whole, in order and harmless twice."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from openmember.accounts.testing import an_account
from openmember.billing.statements import jobs, pdf, printing, queries, services
from openmember.billing.statements.rules import read_scan_line
from openmember.billing.statements.text import write_text
from openmember.billing.statements.types import Statement
from openmember.billing.statements.words import layout_in
from openmember.billing.testing import a_bill
from openmember.letters import consent
from openmember.letters.composing import service_line
from openmember.letters.rendering import braille
from openmember.letters.rendering.wrapping import columns
from openmember.letters.types import Form
from openmember.members.testing import TESTER, a_member, a_user
from openmember.members.types import Address

NOVEMBER, AFTER = date(2026, 11, 1), date(2026, 12, 2)


def a_statement(language: str = "en", **facts) -> Statement:
    data = {
        "address": ["Ana Ruiz", "1 Main St", "Portland, OR 97201"],
        "region": "northwest",
        "charges": [
            {"on": "2026-11-10", "what": "title", "title": "Visit #1 *new* $x", "line": "medical",
             "cents": 185_00,
             "items": [{"text": "Office visit", "on": "2026-10-08", "cents": 150_00},
                       {"text": "Laboratory", "cents": 35_00}]},
        ],
        "payments": [{"on": "2026-10-30", "what": "paid_check", "cents": -25_00, "payment": 78, "late": True}],
        "adjustments": [{"on": "2026-11-20", "what": "assistance", "title": "Visit", "cents": -50_00}],
        "open": [{"title": "Visit #1 *new* $x", "line": "medical", "due": "2026-12-14",
                  "cents": 110_00},
                 {"title": "Prescription", "line": "pharmacy", "due": "2026-12-01",
                  "cents": 20_00, "held": True}],
        "held": 20_00,
        "tax_credit": [{"covers": "2026-12-01", "gross": 520_00, "credit": 400_00, "share": 120_00}],
    }  # fmt: skip
    one = Statement(
        id=5, account_number="123456789012", month=NOVEMBER, opening_cents=30_00, charges_cents=185_00,
        receipts_cents=-25_00, adjustments_cents=-50_00, closing_cents=140_00, due_cents=110_00,
        due_on=date(2026, 12, 14), language=language, reading_format="standard", electronic=False,
        data=data, layout_id="", made_at=datetime(2026, 12, 2, 20, tzinfo=UTC),
    )  # fmt: skip
    return replace(one, **facts)


def read(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    return reader, " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


SAID = ("$110.00", "1234 5678 9012", "$520.00", "$400.00", "1-800-442-4014", "Office visit")


@pytest.mark.parametrize("form", [Form.PDF, Form.LARGE_PRINT])
@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_the_pdf_is_tagged_and_says_what_is_to_pay(form, language):
    reader, text = read(pdf.write_pdf(a_statement(language), layout=layout_in(language), form=form))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(language[:2])
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    for words in SAID:
        assert words in text


@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_the_last_statement_of_a_joined_account_says_which_number_goes_on(language):
    last = a_statement(
        language, due_cents=0, due_on=None, data={**a_statement().data, "joined": "998877665544"}
    )
    layout = layout_in(language)

    for form in (Form.PDF, Form.LARGE_PRINT):
        assert "9988 7766 5544" in read(pdf.write_pdf(last, layout=layout, form=form))[1]
    assert "9988 7766 5544" in " ".join(write_text(last, layout.words).split())


def test_the_coupon_carries_a_line_a_machine_reads():
    reader, _ = read(pdf.write_pdf(a_statement(), layout=layout_in("en")))
    lines = reader.pages[0].extract_text().splitlines()

    (scanned,) = [line for line in lines if line.startswith("12 ") and len(line) == 29]
    assert read_scan_line(scanned).amount_cents == 110_00


def test_an_ordinary_statement_is_one_sheet_of_two_sides():
    reader, _ = read(pdf.write_pdf(a_statement(), layout=layout_in("en")))

    assert len(reader.pages) == 2


def test_no_address_in_it_holds_the_number():
    reader, _ = read(pdf.write_pdf(a_statement(), layout=layout_in("en")))

    assert "123456789012" not in layout_in("en").words["pay_url"]
    assert not any("/Annots" in page for page in reader.pages)


def test_the_pdf_made_again_is_the_same_to_the_byte():
    first, again = (pdf.write_pdf(a_statement(), layout=layout_in("en")) for _ in range(2))

    assert first == again


def test_a_print_file_holds_each_statement_on_its_own_sheets():
    many = [
        a_statement(),
        a_statement(data={**a_statement().data, "charges": a_statement().data["charges"] * 40}),
    ]

    content, pages = pdf.write_print_file(
        list(enumerate(many, start=1)), layout=layout_in("en"), form=Form.PDF
    )

    reader, text = read(content)
    assert pages[0] == 2
    assert pages[1] > 2
    assert len(reader.pages) == 2 + pages[1]
    assert f"Page {pages[1]} of {pages[1]}" in text


@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_the_text_says_the_same_within_its_lines(language):
    text = write_text(a_statement(language), layout_in(language).words)

    assert max(columns(line) for line in text.splitlines()) <= 72
    for words in SAID:
        assert words in text
    assert "{" not in text


@pytest.mark.skipif(not braille.is_available(), reason="liblouis is not on this machine")
def test_braille_holds_the_amount():
    text = write_text(a_statement(), layout_in("en").words, width=10_000)

    assert b"#AAJ4JJ" in braille.write_braille(text, language="en").upper()


# The print files and the e-mails of a whole month.


@pytest.fixture
def month(db):
    """Five holders: three who get ordinary paper, one large print, one who reads on screen."""
    holders = [
        a_member(address=Address("1 Main St", "", "Reno", "NV", zip_code), reading_format=form)
        for zip_code, form in [
            ("97201", "standard"), ("30303", "standard"), ("80202", "standard"),
            ("94612", "large_print"), ("96814", "standard"),
        ]
    ]  # fmt: skip
    accounts = [an_account(holder=holder) for holder in holders]
    for account in accounts:
        a_bill(account, 10_00, issued_on=date(2026, 11, 5), due_on=date(2026, 12, 20))
    a_user(member=holders[-1], email="kai@example.org")
    told = consent.text_of(consent.terms(service_line("")), "en")
    consent.give(
        account=accounts[-1], told=told, shown_id=told.id, actor=TESTER, on=date(2026, 11, 20)
    )
    services.run_month(month=NOVEMBER, today=AFTER, actor=TESTER)
    return accounts


def index_of(folder) -> list[dict[str, str]]:
    with (folder / "statements-2026-11.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_print_files_are_in_the_order_of_the_mail_and_leave_out_who_reads_on_screen(
    month, tmp_path
):
    printed = printing.print_month(month=NOVEMBER, folder=tmp_path, actor=TESTER)

    rows = index_of(tmp_path)
    assert (printed.files, printed.statements, printed.missing) == (2, 4, 0)
    assert [row["format"] for row in rows] == ["large_print"] + ["standard"] * 3
    assert [row["postal_code"] for row in rows[1:]] == ["30303", "80202", "97201"]
    assert printed.pages == sum(int(row["pages"]) for row in rows)
    for name in {row["file"] for row in rows}:
        assert read((tmp_path / name).read_bytes())[0].pages


def test_no_name_of_a_file_and_no_index_holds_a_number(month, tmp_path):
    printing.print_month(month=NOVEMBER, folder=tmp_path, actor=TESTER)

    said = (tmp_path / "statements-2026-11.csv").read_text() + " ".join(
        path.name for path in tmp_path.iterdir()
    )
    assert not any(account.number in said for account in month)


def test_printing_again_leaves_what_is_whole_and_makes_what_is_missing(month, tmp_path):
    first = printing.print_month(month=NOVEMBER, folder=tmp_path, actor=TESTER)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    lost = tmp_path / "statements-2026-11-000001.index"
    lost.unlink()
    kept = (tmp_path / "statements-2026-11-000002.pdf").stat().st_mtime_ns

    again = printing.print_month(month=NOVEMBER, folder=tmp_path, actor=TESTER)

    assert again == first
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert (tmp_path / "statements-2026-11-000002.pdf").stat().st_mtime_ns == kept


def test_the_statements_of_a_file_are_read_at_once(month, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = queries.read_batch(month=NOVEMBER, batch=2)

    assert len(rows) == 3


def test_without_a_braille_translator_the_index_says_what_is_missing(month, tmp_path, monkeypatch):
    monkeypatch.setitem(printing.FORMS, "large_print", Form.BRAILLE)
    monkeypatch.setenv("PATH", "")

    printed = printing.print_month(month=NOVEMBER, folder=tmp_path, actor=TESTER)

    assert (printed.statements, printed.missing) == (4, 1)


def test_who_reads_on_screen_is_told_once(month, mailoutbox):
    assert jobs.tell(month=NOVEMBER) == 1
    assert jobs.tell(month=NOVEMBER) == 0

    (mail,) = mailoutbox
    assert mail.to == ["kai@example.org"]
    assert "$" not in mail.subject + mail.body
