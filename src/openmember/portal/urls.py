"""The addresses of the portal. None holds a bill pay number; bills and payments have references."""

from django.urls import include, path

from openmember.portal.account import views as account
from openmember.portal.bills import views as bills
from openmember.portal.guest import views as guest
from openmember.portal.history import views as history
from openmember.portal.home import views as home
from openmember.portal.pay import views as pay

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("account/", account.account, name="account"),
    path("bills/", bills.bills, name="bills"),
    path("bills/<str:reference>/", bills.bill, name="bill"),
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
    path("gateway/", include("openmember.portal.webhooks.urls")),
    path("", include("openmember.portal.registration.urls")),
]
