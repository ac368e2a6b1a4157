"""The desk's addresses. The account worked on is in the session; references name bills and payments."""

from django.urls import path

from openmember.desk.account import views as account
from openmember.desk.bills import acts as bill_acts
from openmember.desk.bills import views as bills
from openmember.desk.find import views as find
from openmember.desk.joining import views as joining
from openmember.desk.ledger import views as ledger
from openmember.desk.payments import giving_back, moving, paying_out, taking
from openmember.desk.payments import views as payments

app_name = "desk"
urlpatterns = [
    path("", find.find, name="find"),
    path("open/", find.open_found, name="open"),
    path("close/", find.close, name="close"),
    path("keys/", find.keys, name="keys"),
    path("account/", account.account, name="account"),
    path("account/audit/", account.audit_trail, name="audit"),
    path("account/join/", joining.join, name="join"),
    path("account/ledger/", ledger.ledger, name="ledger"),
    path("account/ledger.csv", ledger.ledger_csv, name="ledger_csv"),
    path("account/bills/", bills.bills, name="bills"),
    path("account/bills/raise/", bill_acts.raise_bill, name="raise_bill"),
    path("account/bills/<str:reference>/", bills.bill, name="bill"),
    path("account/bills/<str:reference>/cancel/", bill_acts.cancel, name="cancel_bill"),
    path("account/bills/<str:reference>/hold/", bill_acts.hold, name="hold_bill"),
    path("account/bills/<str:reference>/release/", bill_acts.release, name="release_bill"),
    path("account/payments/", payments.payments, name="payments"),
    path("account/payments/take/", taking.take, name="take_payment"),
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
