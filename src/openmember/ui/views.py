"""What makes the pages installable: the manifest, the service worker, the page shown offline."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from openmember.ui.context import organisation
from openmember.ui.gallery import samples

# All the service worker may keep: files that are the same for everyone.
KEPT = (
    "ui/dist/styles.css",
    "ui/dist/icons.svg",
    "ui/dist/fonts/source-sans-pro/sourcesanspro-regular-webfont.woff2",
    "ui/dist/fonts/source-sans-pro/sourcesanspro-bold-webfont.woff2",
    "ui/dist/fonts/merriweather/Latin-Merriweather-Bold.woff2",
    "ui/mark.svg",
    "ui/app.js",
    "ui/vault.js",
    "ui/offline.js",
    "django_htmx/htmx-2.min.js",
)


# Where the service worker has no part: these start addresses of the staff, the carrier and other systems.
APART = ("/desk/", "/phone/", "/gateway/", "/api/", "/health/")


@require_safe
@vary_on_headers("Accept-Language", "Cookie")
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the installable application in the reader's language."""
    icons = [_icon("ui/dist/icon-192.png", 192), _icon("ui/dist/icon-512.png", 512)]
    maskable = _icon("ui/dist/icon-maskable-512.png", 512) | {"purpose": "maskable"}
    drawn = {"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    content = {
        "id": "/",
        "name": _("%(organisation)s bills") % {"organisation": organisation().name},
        "short_name": _("My bills"),
        "description": _("See your bills, pay them, and keep your bill pay number at hand."),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": "/account/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf9f6",
        "theme_color": "#68305f",
        "icons": [*icons, maskable, drawn],
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _icon(name: str, size: int) -> dict[str, str]:
    return {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png"}


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the root, so that it serves every page."""
    files = [static(name) for name in KEPT]
    kept = {
        "version": kept_version(),
        "files": files,
        "offline": reverse("ui:offline"),
        "apart": APART,
        "icon": static("ui/dist/icon-192.png"),
        "name": organisation().name,
    }
    script = {"kept": json.dumps(kept)}
    return render(request, "ui/sw.js", script, content_type="text/javascript; charset=utf-8")


@cache
def kept_version() -> str:
    """Return a name that changes whenever a kept file does."""
    digest = hashlib.sha256()
    for name in KEPT:
        found = finders.find(name)
        digest.update(name.encode() + (Path(found).read_bytes() if found else b""))
    # The page shown offline is kept too, and changes with its template.
    digest.update((Path(__file__).parent / "templates" / "ui" / "offline.html").read_bytes())
    return digest.hexdigest()[:16]


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what a person without a connection can do, in all languages, for the browser to keep."""
    return render(request, "ui/offline.html")


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component once, on machines of ours only."""
    if not getattr(settings, "UI_GALLERY", False):
        raise Http404
    return render(request, "ui/gallery.html", samples(request))
