from django.urls import path

from incentives import views

app_name = "incentives"
urlpatterns = [
    path("", views.ProgramList.as_view(), name="programs"),
    path("<int:pk>/", views.ProgramPage.as_view(), name="program"),
    path("partners/", views.PartnerList.as_view(), name="partners"),
    path("partners/<uuid:pk>/", views.PartnerPage.as_view(), name="partner"),
    path("enrollments/<uuid:pk>/<slug:status>/", views.SetEnrollment.as_view(), name="set_enrollment"),
]
