"""The addresses of the frame itself."""

from django.urls import path

from openmember.ui import views

app_name = "ui"
urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline", views.offline, name="offline"),
    path("ui/", views.gallery, name="gallery"),
]
