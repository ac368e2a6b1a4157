"""Where gateways call us. Outside every session and every form."""

from django.urls import path

from openmember.portal.webhooks import views

urlpatterns = [path("stripe", views.stripe, name="stripe_webhook")]
