"""The phone line's addresses: what the carrier calls, and the keypad for people without one."""

from django.conf import settings
from django.urls import path

from openmember.phone.webhooks import views as webhooks

app_name = "phone"
urlpatterns = [
    path("voice/", webhooks.voice, name="voice"),
    path("relay/", webhooks.relay, name="relay"),
    path("steps/<int:position>/", webhooks.step, name="step"),
    path("secure/<int:line_id>/", webhooks.secure, name="secure"),
    path("secure/<int:line_id>/back/", webhooks.secure_back, name="secure_back"),
    path("status/", webhooks.status, name="status"),
]

if settings.PHONE_SIMULATOR:
    from openmember.phone.simulator import views as simulator

    urlpatterns.append(path("simulator/", simulator.keypad, name="simulator"))
