"""The desk's addresses. The account worked on is in the session; references name bills and payments."""

from django.urls import path, re_path

from openmember.desk.account import views as account
from openmember.desk.ach import views as ach
from openmember.desk.assistance import acts as assistance_acts
from openmember.desk.assistance import taking as assistance_taking
from openmember.desk.assistance import views as assistance
from openmember.desk.autopay import views as autopay
from openmember.desk.billing_runs import views as billing_runs
from openmember.desk.bills import acts as bill_acts
from openmember.desk.bills import views as bills
from openmember.desk.board import behind as board_behind
from openmember.desk.board import calls as board_calls
from openmember.desk.board import files as board_files
from openmember.desk.board import views as board
from openmember.desk.callers import views as callers
from openmember.desk.cards import asking as cards_asking
from openmember.desk.cards import views as cards
from openmember.desk.cases import opening as cases_opening
from openmember.desk.cases import queue as cases_queue
from openmember.desk.cases import repeats as cases_repeats
from openmember.desk.cases import views as cases
from openmember.desk.cashier import drawers as counter_drawers
from openmember.desk.cashier import paper as counter_paper
from openmember.desk.cashier import paying as counter_paying
from openmember.desk.cashier import receipts as counter_receipts
from openmember.desk.cashier import scanning as counter
from openmember.desk.contacts import views as contacts
from openmember.desk.credits import views as credits
from openmember.desk.debts import views as debts
from openmember.desk.disputes import intake as disputes_intake
from openmember.desk.disputes import letters as disputes_letters
from openmember.desk.disputes import queue as disputes_queue
from openmember.desk.disputes import views as disputes
from openmember.desk.disputes.file import views as dispute_file
from openmember.desk.duty import views as duty
from openmember.desk.exceptions import gateway, losses
from openmember.desk.exceptions import views as exceptions
from openmember.desk.finance import months as finance_months
from openmember.desk.finance import views as finance
from openmember.desk.finance import working as finance_working
from openmember.desk.find import views as find
from openmember.desk.grace import acts as grace_acts
from openmember.desk.grace import providers as grace_providers
from openmember.desk.grace import views as grace
from openmember.desk.interpreters import views as interpreters
from openmember.desk.joining import views as joining
from openmember.desk.ledger import views as ledger
from openmember.desk.links import views as links
from openmember.desk.messages import views as messages
from openmember.desk.messages import writing as messages_writing
from openmember.desk.needs import views as needs
from openmember.desk.oversight import law as oversight_law
from openmember.desk.oversight import misses as oversight_misses
from openmember.desk.oversight import views as oversight
from openmember.desk.payments import giving_back, moving, paying_out
from openmember.desk.payments import views as payments
from openmember.desk.plans import views as plans
from openmember.desk.proxies import views as proxies
from openmember.desk.receipts import views as receipts
from openmember.desk.registrations import acts as registration_acts
from openmember.desk.registrations import views as registrations
from openmember.desk.secure import views as secure
from openmember.desk.sponsors import views as sponsors
from openmember.desk.terms import views as terms
from openmember.desk.timeline import views as timeline
from openmember.desk.verification import views as verification
from openmember.desk.walkins import acts as walkin_acts
from openmember.desk.walkins import views as walkins

app_name = "desk"
urlpatterns = [
    path("account/proxies/", proxies.proxies, name="proxies"),
    path("messages/", messages.messages, name="messages"),
    path("messages/new/", messages_writing.new, name="new_message"),
    path(
        "messages/drafts/<str:reference>/discard/", messages_writing.discard, name="message_discard"
    ),
    path("messages/<str:reference>/", messages_writing.thread, name="thread"),
    path("messages/<str:reference>/keep/", messages_writing.keep, name="thread_keep"),
    path("messages/<str:reference>/print/", messages.paper, name="thread_paper"),
    path("", find.find, name="find"),
    path("open/", find.open_found, name="open"),
    path("close/", find.close, name="close"),
    path("keys/", find.keys, name="keys"),
    path("counter/", counter.counter, name="counter"),
    path("counter/scan/", counter.scan, name="counter_scan"),
    path("counter/next/", counter.next_person, name="counter_next"),
    path("counter/pay/", counter_paying.pay, name="counter_pay"),
    path("counter/open/", counter_drawers.open_one, name="counter_open"),
    path("counter/count/", counter_drawers.count, name="counter_count"),
    path("counter/counted/<str:name>/", counter_drawers.counted, name="counter_counted"),
    path("counter/drawers/", counter_drawers.drawers, name="counter_drawers"),
    path("counter/deposits/", counter_drawers.deposit_now, name="counter_deposit_now"),
    path("counter/deposits/<str:slip>/", counter_drawers.deposit, name="counter_deposit"),
    path("counter/voids/<int:identity>/", counter_drawers.decide, name="counter_decide"),
    path("counter/paper/", counter_paper.issue, name="counter_paper"),
    path("counter/paper/spoiled/", counter_paper.spoil, name="counter_spoil"),
    path("counter/taken/<str:reference>/", counter.open_taken, name="counter_taken"),
    path("counter/receipts/<str:reference>/", counter_receipts.receipt, name="counter_receipt"),
    path("counter/receipts/<str:reference>/slip/", counter_receipts.slip, name="counter_slip"),
    path("counter/receipts/<str:reference>/pdf/", counter_receipts.pdf, name="counter_pdf"),
    path("counter/receipts/<str:reference>/send/", counter_receipts.send, name="counter_send"),
    path("counter/receipts/<str:reference>/void/", counter_receipts.void, name="counter_void"),
    path("ach/", ach.overview, name="ach"),
    path("ach/files/<str:name>/", ach.file, name="ach_file"),
    path("ach/exceptions/<int:identity>/", ach.exception, name="ach_exception"),
    path("ach/exceptions/<int:identity>/open/", ach.open_of, name="ach_exception_open"),
    path("assistance/", assistance.waiting, name="assistance"),
    path("assistance/open/", assistance.open_waiting, name="assistance_open"),
    path("contacts/", contacts.current, name="contact"),
    path("contacts/begin/", contacts.begin, name="contact_begin"),
    path("contacts/<int:identity>/", contacts.contact, name="contact_of"),
    path("contacts/<int:identity>/notes/", contacts.notes, name="contact_notes"),
    path("contacts/<int:identity>/notes/merge/", contacts.merge, name="contact_merge"),
    path("contacts/<int:identity>/present/", contacts.present, name="contact_present"),
    path("contacts/<int:identity>/describe/", contacts.describe, name="contact_describe"),
    path("contacts/<int:identity>/end/", contacts.end, name="contact_end"),
    path("board/", board.now, name="board"),
    path("board/weeks/", board.weeks, name="board_weeks"),
    path("board/plan/", board.plan, name="board_plan"),
    path("board/calls/<int:identity>/", board_calls.call, name="board_call"),
    path("board/behind/<slug:figure>/", board_behind.behind, name="board_behind"),
    path("board/<slug:figure>.csv", board_files.export, name="board_file"),
    path("presence/", duty.presence, name="duty"),
    path("presence/bar/", duty.bar, name="duty_bar"),
    path("presence/say/", duty.say, name="duty_say"),
    path("next/", duty.pull, name="next"),
    path("callers/", callers.callers, name="callers"),
    path("callers/<int:identity>/", callers.caller, name="caller"),
    path("callers/<int:identity>/take/", callers.take, name="caller_take"),
    path("walk-ins/", walkins.room, name="walkins"),
    path("walk-ins/check-in/", walkins.check_in, name="walkin_check_in"),
    path("walk-ins/desk/", walkin_acts.choose_desk, name="walkin_desk"),
    path("walk-ins/next/", walkin_acts.call_next, name="walkin_next"),
    path("walk-ins/kiosk/", walkin_acts.make_kiosk, name="walkin_kiosk"),
    path("walk-ins/kiosk/<int:identity>/end/", walkin_acts.end_kiosk, name="walkin_kiosk_end"),
    path("walk-ins/danger/", walkins.dangers, name="walkin_dangers"),
    path("walk-ins/danger/<int:identity>/", walkin_acts.see_danger, name="walkin_danger"),
    path("walk-ins/<str:reference>/<slug:act>/", walkin_acts.act, name="walkin_act"),
    path("registrations/", registrations.queue, name="registrations"),
    path("registrations/new/", registrations.new, name="new_registration"),
    path("registrations/<str:reference>/", registrations.registration, name="registration"),
    path(
        "registrations/<str:reference>/letters/<int:identity>.pdf",
        registrations.letter,
        name="registration_letter",
    ),
    path(
        "registrations/<str:reference>/letters/<int:identity>/mailed/",
        registration_acts.mailed,
        name="registration_mailed",
    ),
    path(
        "registrations/<str:reference>/people/<int:identity>/",
        registration_acts.judge,
        name="registration_judge",
    ),
    path(
        "registrations/<str:reference>/correct/",
        registration_acts.correct,
        name="registration_correct",
    ),
    path(
        "registrations/<str:reference>/<slug:act>/", registration_acts.act, name="registration_act"
    ),
    path("cards/", cards.cards, name="cards"),
    path("cards/<str:reference>.pdf", cards.card_pdf, name="card_pdf"),
    path("cards/<str:reference>/", cards.card_done, name="card_done"),
    path("exceptions/", exceptions.waiting, name="exceptions"),
    path("exceptions/bank/<int:identity>/", losses.loss, name="lost_receipt"),
    path("exceptions/gateway/<int:identity>/", gateway.gateway, name="gateway_exception"),
    path("exceptions/<str:kind>/<int:identity>/", exceptions.exception, name="exception"),
    path("sponsors/", sponsors.listed, name="sponsors"),
    path("sponsors/<int:identity>/", sponsors.sponsor, name="sponsor"),
    path("sponsors/<int:identity>/open/", sponsors.open_of, name="sponsor_open"),
    path("provider-notices/", grace_providers.notices, name="provider_notices"),
    path(
        "provider-notices/<int:identity>/",
        grace_providers.notices_file,
        name="provider_notices_file",
    ),
    path("finance/", finance.overview, name="finance"),
    path("finance/differences/", finance.queue, name="finance_queue"),
    path("finance/differences/<str:reference>/", finance.item, name="finance_item"),
    path("finance/differences/<str:reference>/match/", finance_working.match, name="finance_match"),
    path(
        "finance/differences/<str:reference>/timing/", finance_working.timing, name="finance_timing"
    ),
    path("finance/differences/<str:reference>/undo/", finance_working.undo, name="finance_undo"),
    path("finance/differences/<str:reference>/agree/", finance_working.agree, name="finance_agree"),
    path("finance/months/", finance_months.months, name="finance_months"),
    path("finance/months/<str:month>/", finance_months.months, name="finance_month"),
    path("finance/months/<str:month>/close/", finance_months.close, name="finance_close"),
    path("finance/months/<str:month>/reopen/", finance_months.reopen, name="finance_reopen"),
    path(
        "finance/months/<str:month>/keep/", finance_months.keep_closed, name="finance_keep_closed"
    ),
    path("finance/months/<str:month>/reports/", finance_months.reports, name="finance_reports"),
    path("finance/months/<str:month>/<str:kind>", finance_months.month_file, name="finance_file"),
    path("cases/", cases_queue.cases, name="cases"),
    path("cases/today/", cases_queue.today, name="cases_today"),
    path("cases/next/", cases_queue.take, name="cases_next"),
    path("cases/alarms/", cases_queue.clear, name="cases_clear"),
    path("cases/repeats/<int:identity>/", cases_repeats.repeat, name="case_repeat"),
    path("cases/opened/", cases_opening.of_account, name="cases_of_account"),
    path("cases/new/<slug:category>/", cases_opening.new, name="new_case"),
    path("cases/<str:reference>/", cases.case, name="case"),
    path("cases/<str:reference>/account/", cases.account, name="case_account"),
    path("cases/<str:reference>/draft/", cases.draft, name="case_draft"),
    path("cases/<str:reference>/present/", cases.present, name="case_present"),
    path("cases/<str:reference>/files/<str:document>/", cases.document, name="case_document"),
    path("disputes/", disputes_queue.disputes, name="disputes"),
    path("disputes/new/", disputes_intake.new, name="new_dispute"),
    path("disputes/letters/", disputes_letters.to_mail, name="dispute_letters"),
    path("disputes/<str:reference>/", disputes.dispute, name="dispute"),
    path("disputes/<str:reference>/dates/", disputes.dates, name="dispute_dates"),
    path("disputes/<str:reference>/file/", dispute_file.file, name="dispute_file"),
    re_path(
        r"^disputes/(?P<reference>[^/]+)/file/(?P<package>[^/]+)\.(?P<kind>pdf|zip)$",
        dispute_file.package,
        name="dispute_package",
    ),
    path("disputes/<str:reference>/index.csv", disputes.index, name="dispute_index"),
    path("oversight/", oversight.timeliness, name="oversight"),
    path("oversight/tables/<slug:figure>.csv", oversight.figure_file, name="oversight_table"),
    path("oversight/universe/", oversight.universe, name="oversight_universe"),
    path("oversight/universe.csv", oversight.universe_file, name="oversight_universe_file"),
    path("oversight/decisions/", oversight.decisions, name="oversight_decisions"),
    path("oversight/decisions.csv", oversight.decisions_file, name="oversight_decisions_file"),
    path("oversight/misses/", oversight_misses.misses, name="oversight_misses"),
    path(
        "oversight/misses/<str:reference>/<int:visit>/<slug:level>/<slug:step>/",
        oversight_misses.miss,
        name="oversight_miss",
    ),
    path("oversight/law/", oversight_law.law, name="oversight_law"),
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
    path("cases/<str:reference>/dispute/", disputes_intake.from_case, name="case_dispute"),
    path("account/", account.account, name="account"),
    path("interpreters/", interpreters.waiting, name="interpreters"),
    path("interpreters/<int:identity>/<slug:act>/", interpreters.act, name="interpreter_act"),
    path("contacts/<int:identity>/interpreter/", interpreters.ask, name="interpreter_ask"),
    path("account/interpreters/", interpreters.visits, name="interpreter_visits"),
    path("account/needs/", needs.needs, name="needs"),
    path("account/timeline/", timeline.timeline, name="timeline"),
    path("account/card/", cards_asking.ask, name="ask_card"),
    path("account/assistance/", assistance.applications, name="applications"),
    path("account/assistance/take/", assistance_taking.take, name="take_application"),
    path("account/assistance/<str:reference>/", assistance.application, name="application"),
    path(
        "account/assistance/<str:reference>/facts/",
        assistance_taking.facts,
        name="application_facts",
    ),
    path(
        "account/assistance/<str:reference>/documents/",
        assistance_taking.add_documents,
        name="application_documents",
    ),
    path(
        "account/assistance/<str:reference>/documents/<str:document>/",
        assistance_taking.document,
        name="application_document",
    ),
    path("account/assistance/<str:reference>/send/", assistance_acts.send, name="send_application"),
    path("account/assistance/<str:reference>/ask/", assistance_acts.ask, name="ask_applicant"),
    path(
        "account/assistance/<str:reference>/decide/",
        assistance_acts.decide,
        name="decide_application",
    ),
    path(
        "account/assistance/<str:reference>/appeal/",
        assistance_acts.appeal,
        name="appeal_application",
    ),
    path(
        "account/assistance/<str:reference>/withdraw/",
        assistance_acts.withdraw,
        name="withdraw_application",
    ),
    path("account/verify/", verification.verify, name="verify"),
    path("account/verify/photo/", verification.photo_id, name="verify_photo"),
    path("account/verify/code/", verification.send_code, name="verify_send_code"),
    path("account/verify/code/read/", verification.take_code, name="verify_take_code"),
    path("account/verify/number/", verification.number, name="verify_number"),
    path("account/links/", links.listed, name="links"),
    path("account/links/send/", links.send, name="send_link"),
    path("account/secure/send/", secure.send, name="send_secure"),
    path("account/secure/<str:reference>/", secure.line, name="secure_line"),
    path("account/secure/<str:reference>/back/", secure.back, name="secure_back"),
    path("account/links/<str:reference>/", links.link, name="link"),
    path("account/links/<str:reference>/revoke/", links.revoke, name="revoke_link"),
    path("account/links/<str:reference>/resend/", links.resend, name="resend_link"),
    path("account/audit/", account.audit_trail, name="audit"),
    path("account/join/", joining.join, name="join"),
    path("account/terms/", terms.overview, name="terms"),
    path("account/terms/medicare/", terms.medicare, name="medicare_terms"),
    path("account/terms/cobra/", terms.cobra, name="extend_cobra"),
    path("account/terms/list/", terms.bill_list, name="bill_list"),
    path("account/grace/", grace.grace, name="grace"),
    path("account/grace/<str:reference>/hold/", grace_acts.hold, name="hold_grace"),
    path("account/grace/<str:reference>/end/", grace_acts.end, name="end_grace"),
    path("account/grace/<str:reference>/reinstate/", grace_acts.reinstate, name="reinstate_grace"),
    path("account/ledger/", ledger.ledger, name="ledger"),
    path("account/ledger.csv", ledger.ledger_csv, name="ledger_csv"),
    path("account/bills/", bills.bills, name="bills"),
    path("account/bills/raise/", bill_acts.raise_bill, name="raise_bill"),
    path("account/bills/<str:reference>/", bills.bill, name="bill"),
    path("account/bills/<str:reference>/cancel/", bill_acts.cancel, name="cancel_bill"),
    path("account/bills/<str:reference>/hold/", bill_acts.hold, name="hold_bill"),
    path("account/bills/<str:reference>/release/", bill_acts.release, name="release_bill"),
    path("account/autopay/", autopay.autopay, name="autopay"),
    path("account/autopay/pause/", autopay.pause, name="pause_autopay"),
    path("account/autopay/resume/", autopay.resume, name="resume_autopay"),
    path("account/autopay/stop/", autopay.end, name="end_autopay"),
    path("credits/", credits.queue, name="credits"),
    path("credits/checks/", credits.draw_checks, name="draw_checks"),
    path("credits/checks/<int:run>/", credits.register, name="check_register"),
    path("account/credit/", credits.credit, name="credit"),
    path("account/credit/refund/", credits.propose, name="refund_credit"),
    path("account/credit/checks/<int:check>/stop/", credits.stop_check, name="stop_check"),
    path("account/credit/<str:reference>/", credits.decide, name="decide_credit"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/acts/<int:act>/", receipts.decide, name="decide_receipt"),
    path("receipts/<str:reference>/", receipts.receipt, name="receipt"),
    path("account/plans/", plans.plans, name="plans"),
    path("account/plans/start/", plans.start, name="start_plan"),
    path("account/plans/<str:reference>/", plans.plan, name="plan"),
    path("account/plans/<str:reference>/recast/", plans.recast, name="recast_plan"),
    path("account/plans/<str:reference>/tried/", plans.tried, name="tried_plan"),
    path("account/plans/<str:reference>/end/", plans.cancel, name="cancel_plan"),
    path("account/plans/<str:reference>/reinstate/", plans.reinstate, name="reinstate_plan"),
    path("account/bills/<str:reference>/place/", debts.place, name="place_debt"),
    path("account/bills/<str:reference>/recall/", debts.recall, name="recall_debt"),
    path("account/bills/<str:reference>/write-off/", debts.write_off, name="write_off"),
    path("account/write-offs/<str:reference>/", debts.decide, name="decide_write_off"),
    path("billing-runs/", billing_runs.billing_runs, name="billing_runs"),
    path("billing-runs/preview/", billing_runs.preview_run, name="preview_run"),
    path("billing-runs/start/", billing_runs.start_run, name="start_run"),
    path("billing-runs/<int:run>/", billing_runs.billing_run, name="billing_run"),
    path("account/payments/", payments.payments, name="payments"),
    path("account/payments/<str:reference>/", payments.payment, name="payment"),
    path("account/payments/<str:reference>/move/", moving.move, name="move"),
    path("account/payments/<str:reference>/apply/", moving.apply, name="apply"),
    path("account/payments/<str:reference>/undo/", giving_back.undo, name="undo"),
    path("account/payments/<str:reference>/refund/", giving_back.refund, name="refund"),
    path(
        "account/payments/<str:reference>/refund/<str:refund_reference>/paid-out/",
        paying_out.paid_out,
        name="paid_out",
    ),
    path(
        "account/payments/<str:reference>/refund/<str:refund_reference>/not-paid-out/",
        paying_out.not_paid_out,
        name="not_paid_out",
    ),
]
