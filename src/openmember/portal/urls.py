"""The addresses of the portal. None holds a bill pay number; bills and payments have references."""

from django.urls import include, path, re_path

from openmember.portal.account import views as account
from openmember.portal.assistance import apply as assistance_apply
from openmember.portal.assistance import documents as assistance_documents
from openmember.portal.assistance import views as assistance
from openmember.portal.autopay import steps as autopay_steps
from openmember.portal.autopay import views as autopay
from openmember.portal.bills import views as bills
from openmember.portal.card import views as card
from openmember.portal.cases import acting as cases_acting
from openmember.portal.cases import asking as cases_asking
from openmember.portal.cases import views as cases
from openmember.portal.connections import views as connections
from openmember.portal.contact import views as contact
from openmember.portal.device import views as device
from openmember.portal.disputes import acting as disputes_acting
from openmember.portal.disputes import copying as disputes_copying
from openmember.portal.disputes import filing as disputes_filing
from openmember.portal.disputes import letters as disputes_letters
from openmember.portal.disputes import views as disputes
from openmember.portal.documents import reading as documents_reading
from openmember.portal.documents import views as documents
from openmember.portal.guest import views as guest
from openmember.portal.help import views as help_pages
from openmember.portal.helpers import views as helpers
from openmember.portal.history import views as history
from openmember.portal.home import views as home
from openmember.portal.link import views as link
from openmember.portal.messages import telling as messages_telling
from openmember.portal.messages import views as messages
from openmember.portal.messages import writing as messages_writing
from openmember.portal.needs import views as needs
from openmember.portal.newpatient import views as newpatient
from openmember.portal.pay import views as pay
from openmember.portal.plans import views as plans
from openmember.portal.walkins import views as walkins

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("account/", account.account, name="account"),
    path("card/", card.card, name="card"),
    path("card/mail/", card.mail, name="card_mail"),
    path("device/", device.device, name="device"),
    path("device/state", device.state, name="device_state"),
    path("device/card/", device.kept_card, name="device_card"),
    path("device/card/forget/", device.forget_card, name="device_forget"),
    path("device/tell/", device.tell, name="device_tell"),
    path("device/tell/off/", device.tell_no_more, name="device_tell_no_more"),
    path("device/remove/", device.remove, name="device_remove"),
    path("account/helpers/", helpers.helpers, name="helpers"),
    path("account/helpers/end/", helpers.end, name="helper_end"),
    path("account/needs/", needs.needs, name="needs"),
    path("account/apps/", connections.connections, name="connections"),
    path("account/apps/end/", connections.end, name="connection_end"),
    path("bills/", bills.bills, name="bills"),
    path("bills/<str:reference>/", bills.bill, name="bill"),
    path("bills/<str:reference>/plan/", plans.offers, name="plan_offers"),
    path("bills/<str:reference>/plan/agree/", plans.agree, name="plan_agree"),
    path("plans/<str:reference>/", plans.plan, name="plan"),
    path("plans/<str:reference>/pay/", plans.pay, name="plan_pay"),
    path("plans/<str:reference>/end/", plans.end, name="plan_end"),
    path("walk-in/", walkins.start, name="walkin"),
    path("walk-in/check-in/", walkins.check_in, name="walkin_check_in"),
    path("walk-in/number/<str:reference>/", walkins.ticket, name="walkin_ticket"),
    path("walk-in/screen/<slug:office>/", walkins.screen, name="walkin_screen"),
    path("new-patient/", newpatient.ways, name="new_patient"),
    path("new-patient/apply/", newpatient.apply, name="new_patient_apply"),
    path("new-patient/received/", newpatient.received, name="new_patient_received"),
    path("contact/", contact.contact, name="contact"),
    path("help/", help_pages.search, name="help"),
    path("help/<slug:slug>/", help_pages.answer, name="help_answer"),
    path("assistance/", assistance.overview, name="assistance"),
    path("assistance/form/<str:language>.pdf", assistance.paper_form, name="assistance_form"),
    path("assistance/apply/", assistance_apply.begin, name="assistance_apply"),
    path("assistance/apply/household/", assistance_apply.household, name="assistance_household"),
    path("assistance/apply/income/", assistance_apply.income, name="assistance_income"),
    path("assistance/apply/bills/", assistance_apply.bills, name="assistance_bills"),
    path("assistance/apply/documents/", assistance_documents.step, name="assistance_documents"),
    path("assistance/apply/check/", assistance_apply.check, name="assistance_check"),
    path("assistance/<str:reference>/", assistance.application, name="assistance_application"),
    path("assistance/<str:reference>/add/", assistance_documents.add_more, name="assistance_add"),
    path("assistance/<str:reference>/appeal/", assistance.appeal, name="assistance_appeal"),
    path("assistance/<str:reference>/withdraw/", assistance.withdraw, name="assistance_withdraw"),
    path(
        "assistance/<str:reference>/documents/<str:document>/",
        assistance_documents.document,
        name="assistance_document",
    ),
    path("questions/", cases.cases, name="cases"),
    path("questions/new/", cases_asking.choose, name="new_case"),
    path("questions/new/<slug:category>/", cases_asking.ask, name="ask"),
    path("questions/<str:reference>/", cases.case, name="case"),
    path("questions/<str:reference>/add/", cases_acting.add, name="case_add"),
    path("questions/<str:reference>/reopen/", cases_acting.reopen, name="case_reopen"),
    path("questions/<str:reference>/rate/", cases_acting.rate, name="case_rate"),
    path(
        "questions/<str:reference>/files/<str:document>/",
        cases_acting.document,
        name="case_document",
    ),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/new/", disputes_filing.about, name="dispute_new"),
    path("disputes/new/discard/", disputes_filing.discard, name="dispute_discard"),
    path("disputes/new/<slug:step>/", disputes_filing.step, name="dispute_step"),
    path("disputes/<str:reference>/filed/", disputes_filing.filed, name="dispute_filed"),
    path("disputes/<str:reference>/", disputes.dispute, name="dispute"),
    path("disputes/<str:reference>/print/", disputes.paper, name="dispute_paper"),
    path(
        "disputes/<str:reference>/letters/<slug:letter>/",
        disputes_letters.letter,
        name="dispute_letter",
    ),
    path(
        "disputes/<str:reference>/letters/<slug:letter>/<str:name>",
        disputes_letters.letter_file,
        name="dispute_letter_file",
    ),
    path("disputes/<str:reference>/add/", disputes_acting.add, name="dispute_add"),
    path(
        "disputes/<str:reference>/next/<slug:level>/", disputes_acting.go_on, name="dispute_go_on"
    ),
    path("disputes/<str:reference>/copy/", disputes_copying.ask, name="dispute_copy_ask"),
    re_path(
        r"^disputes/(?P<reference>[^/]+)/copy/(?P<package>[^/]+)\.(?P<kind>pdf|zip)$",
        disputes_copying.copy,
        name="dispute_copy",
    ),
    path("disputes/<str:reference>/withdraw/", disputes_acting.withdraw, name="dispute_withdraw"),
    path(
        "disputes/<str:reference>/files/<str:document>/",
        disputes_acting.document,
        name="dispute_document",
    ),
    path("messages/", messages.messages, name="messages"),
    path("messages/new/", messages_writing.new, name="new_message"),
    path("messages/new/keep/", messages_writing.keep, name="message_keep"),
    path("messages/new/<str:reference>/", messages_writing.new, name="new_message_draft"),
    path("messages/telling/", messages_telling.telling, name="telling"),
    path(
        "messages/drafts/<str:reference>/discard/", messages_writing.discard, name="message_discard"
    ),
    path("messages/<str:reference>/", messages_writing.thread, name="thread"),
    path("messages/<str:reference>/keep/", messages_writing.keep, name="thread_keep"),
    path(
        "messages/<str:reference>/files/<str:document>/", messages.document, name="thread_document"
    ),
    path("messages/<str:reference>/print/", messages.paper, name="thread_paper"),
    path("documents/", documents.documents, name="documents"),
    path("documents/reading/", documents_reading.reading, name="reading"),
    path("documents/reading/paper/", documents_reading.paper, name="paper"),
    path("documents/reading/sample.pdf", documents_reading.sample, name="sample_document"),
    path("documents/statements/<str:reference>/", documents.statement, name="statement"),
    path(
        "documents/statements/<str:reference>/<str:name>",
        documents.statement_file,
        name="statement_file",
    ),
    path("documents/letters/<str:reference>/", documents.letter, name="letter"),
    path("documents/letters/<str:reference>/<str:name>", documents.letter_file, name="letter_file"),
    path("autopay/", autopay.autopay, name="autopay"),
    path("autopay/bills/", autopay_steps.what, name="autopay_what"),
    path("autopay/from/", autopay_steps.how, name="autopay_how"),
    path("autopay/bank/", autopay_steps.bank, name="autopay_bank"),
    path("autopay/card/", autopay_steps.card, name="autopay_card"),
    path("autopay/agree/", autopay_steps.agree, name="autopay_agree"),
    path("autopay/skip/", autopay.skip, name="autopay_skip"),
    path("autopay/pause/", autopay.pause, name="autopay_pause"),
    path("autopay/resume/", autopay.resume, name="autopay_resume"),
    path("autopay/stop/", autopay.end, name="autopay_end"),
    path("pay/", pay.what, name="pay"),
    path("pay/how/", pay.how, name="pay_how"),
    path("pay/confirm/", pay.confirm, name="pay_confirm"),
    path("payments/", history.payments, name="payments"),
    path("payments/payments.csv", history.payments_csv, name="payments_csv"),
    path("payments/<str:reference>/", pay.payment, name="payment"),
    path("payments/<str:reference>/receipt.pdf", pay.receipt_pdf, name="receipt_pdf"),
    path("guest/", guest.what, name="guest"),
    path("guest/how/", guest.how, name="guest_how"),
    path("guest/confirm/", guest.confirm, name="guest_confirm"),
    path("guest/payments/<str:reference>/", guest.payment, name="guest_payment"),
    path("guest/payments/<str:reference>/receipt.pdf", guest.receipt_pdf, name="guest_receipt_pdf"),
    path("pay-link/<str:token>/open/", link.enter, name="link_open"),
    path("pay-link/", link.pay, name="link_pay"),
    path("pay-link/payments/<str:reference>/", link.payment, name="link_payment"),
    path(
        "pay-link/payments/<str:reference>/receipt.pdf", link.receipt_pdf, name="link_receipt_pdf"
    ),
    path("gateway/", include("openmember.portal.webhooks.urls")),
    path("", include("openmember.portal.registration.urls")),
]
