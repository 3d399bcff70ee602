from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("invite/", views.InviteColleague.as_view(), name="invite"),
    path("<uuid:pk>/company-roles/", views.CompanyRoles.as_view(), name="company_roles"),
    path("<uuid:pk>/invite-again/", views.Reinvite.as_view(), name="reinvite"),
    path("<uuid:pk>/withdraw-invitation/", views.RevokeInvitation.as_view(), name="revoke_invitation"),
    path("<uuid:pk>/account/<slug:what>/", views.SetAccount.as_view(), name="account"),
]
