"""Mounts each app. Pages of an app stand in its own urls.py."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.health import health

# One door for everybody: rate limits and the second factor hold for technicians too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("team/", include("accounts.urls")),
    path("programs/", include("incentives.urls")),
    path("plans/", include("plans.urls")),
    path("proofs/", include("proofs.urls")),
    path("claims/", include("claims.urls")),
    path("health/", health, name="health"),
    path("", include("portal.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("ui/", include("demo.urls")))

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
