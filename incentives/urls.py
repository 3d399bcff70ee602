from django.urls import path

from incentives import views

app_name = "incentives"
urlpatterns = [
    path("", views.ProgramList.as_view(), name="programs"),
    path("<int:pk>/", views.ProgramPage.as_view(), name="program"),
    path("partners/", views.PartnerList.as_view(), name="partners"),
    path("partners/<uuid:pk>/", views.PartnerPage.as_view(), name="partner"),
    path("enrollments/<uuid:pk>/<slug:status>/", views.SetEnrollment.as_view(), name="set_enrollment"),
    path("people/<uuid:pk>/roles/", views.EditRoles.as_view(), name="roles"),
    path("people/<uuid:pk>/vendor-roles/", views.EditVendorRoles.as_view(), name="vendor_roles"),
    path("people/<uuid:pk>/invite-again/", views.ReinviteVendorColleague.as_view(), name="reinvite_vendor"),
    path("people/invite/", views.InviteVendorColleague.as_view(), name="invite_vendor"),
]
