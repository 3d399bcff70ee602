from django.urls import path

from incentives import views

app_name = "incentives"
urlpatterns = [
    path("", views.ProgramList.as_view(), name="programs"),
    path("<int:pk>/", views.ProgramPage.as_view(), name="program"),
    path("partners/", views.PartnerList.as_view(), name="partners"),
    path("partners/<uuid:pk>/", views.PartnerPage.as_view(), name="partner"),
    path("earnings/", views.ImportList.as_view(), name="imports"),
    path("earnings/new/", views.UploadEarnings.as_view(), name="import_new"),
    path("earnings/<uuid:pk>/", views.ImportPage.as_view(), name="import"),
    path("earnings/<uuid:pk>/book/", views.BookImport.as_view(), name="import_book"),
    path("earnings/<uuid:pk>/discard/", views.DiscardImport.as_view(), name="import_discard"),
    path("earnings/<uuid:pk>/errors.csv", views.ImportProblems.as_view(), name="import_problems"),
    path("rates/", views.RateTable.as_view(), name="rates"),
    path("rates/new/", views.NewRate.as_view(), name="rate_new"),
    path("rates/upload/", views.ImportRates.as_view(), name="rates_import"),
    path("funds/<uuid:pk>/adjust/", views.AdjustFund.as_view(), name="fund_adjust"),
    path("funds/<uuid:pk>/rollover/", views.RollOverFund.as_view(), name="fund_rollover"),
    path("enrollments/<uuid:pk>/<slug:status>/", views.SetEnrollment.as_view(), name="set_enrollment"),
]
