"""Registering, and getting back in. Included by the portal's own addresses, under its namespace."""

from django.urls import path

from openmember.portal.registration import views
from openmember.portal.signin import views as signin

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/sign-in/", views.choose_sign_in, name="register_sign_in"),
    path("register/code/", views.confirm_email, name="register_code"),
    path("register/done/", views.registered, name="registered"),
    path("lost-number/", views.lost_number, name="lost_number"),
    path("lost-factor/", signin.lost_factor, name="lost_factor"),
    path("lost-factor/sent/", signin.lost_factor_sent, name="lost_factor_sent"),
    path("lost-factor/remove/", signin.remove_factors, name="factor_remove"),
    path("lost-factor/link/<str:token>/", signin.follow_link, name="factor_reset"),
]
