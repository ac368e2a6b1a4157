"""The receipt, on the page and as a PDF that assistive technology can read."""

import io

import pytest
import typst
from django.utils import translation
from pypdf import PdfReader

from openmember.payments.receipt import write_pdf
from openmember.payments.testing import a_payment
from openmember.ui.formats import grouped_number


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    text = "\n".join(page.extract_text() for page in reader.pages)
    return reader, text.replace("\u00a0", " ")


@pytest.fixture
def payment(holder):
    bill = holder.bill(30_00, title="Visit on October 8 #1 *new* $x <b>")
    return a_payment(holder.account, 50_00, bill)


def test_the_page_says_what_was_paid_for_what(holder, payment, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        text = holder.get("payment", payment.reference).content.decode()

    for expected in (payment.reference, "$50.00", "$30.00", "Kept as credit", "$20.00"):
        assert expected in text
    assert grouped_number(holder.account.number) in text


def test_the_pdf_says_the_same_and_is_tagged(holder, payment):
    response = holder.get("receipt_pdf", payment.reference)

    reader, text = read(response.content)

    assert f"receipt-{payment.reference}.pdf" in response["Content-Disposition"]
    for expected in (payment.reference, "$50.00", "$30.00", "Kept as credit", "$20.00"):
        assert expected in text
    assert " ".join(grouped_number(holder.account.number).split()) in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    assert "pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data().decode()


def test_what_a_bill_is_called_is_never_read_as_markup(holder, payment):
    _, text = read(write_pdf(payment, holder.account.number))

    assert "Visit on October 8 #1 *new* $x <b>" in " ".join(text.split())


def test_the_pdf_is_in_the_readers_language(holder, payment):
    with translation.override("es"):
        reader, _ = read(write_pdf(payment, holder.account.number))

    assert reader.trailer["/Root"]["/Lang"].startswith("es")


def test_where_no_font_has_the_letters_the_pdf_comes_in_english(holder, payment, monkeypatch):
    bare = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr("openmember.payments.receipt._fonts", lambda: bare)

    with translation.override("zh-hant"):
        reader, text = read(write_pdf(payment, holder.account.number))

    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    assert "Payment receipt" in text


def test_a_guests_pdf_keeps_the_number_and_the_bills_to_itself(holder, payment):
    _, text = read(write_pdf(payment, holder.account.number, for_guest=True))

    assert f"ends in {holder.account.number[-4:]}" in text
    assert holder.account.number[:4] not in text.replace(payment.reference, "")
    assert "Visit on October 8" not in text
    assert "credit" not in text


def test_there_is_no_receipt_for_what_was_not_paid(holder):
    holder.choose(what="amount", amount="20.01")
    declined = holder.payment(holder.confirm())

    assert holder.get("receipt_pdf", declined.reference).status_code == 404
