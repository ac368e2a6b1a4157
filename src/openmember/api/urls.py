"""The addresses of the API. Whatever else begins with /api/ is refused as the API refuses."""

from django.urls import path, re_path

from openmember.api import reference
from openmember.api.v1 import api

urlpatterns = [
    path("v1/", reference.page, name="api_reference"),
    path("v1/openapi.json", reference.document, name="api_document"),
    path("v1/", api.urls),
    re_path(r"^.*$", reference.nothing, name="api_nothing"),
]
