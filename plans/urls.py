from django.urls import path

from plans import views

app_name = "plans"
urlpatterns = [
    path("", views.PlanList.as_view(), name="list"),
    path("new/", views.NewPlan.as_view(), name="new"),
    path("campaigns/<uuid:pk>/edit/", views.EditCampaign.as_view(), name="campaign_edit"),
    path("campaigns/<uuid:pk>/delete/", views.DeleteCampaign.as_view(), name="campaign_delete"),
    path("campaigns/<uuid:pk>/activities/new/", views.NewActivity.as_view(), name="activity_new"),
    path("activities/<uuid:pk>/edit/", views.EditActivity.as_view(), name="activity_edit"),
    path("activities/<uuid:pk>/delete/", views.DeleteActivity.as_view(), name="activity_delete"),
    path("campaigns/<uuid:pk>/restore/", views.RestoreCampaign.as_view(), name="campaign_restore"),
    path("activities/<uuid:pk>/restore/", views.RestoreActivity.as_view(), name="activity_restore"),
    path("<uuid:pk>/edit/", views.EditPlan.as_view(), name="edit"),
    path("<uuid:pk>/comment/", views.CommentPlan.as_view(), name="comment"),
    path("<uuid:pk>/campaigns/new/", views.NewCampaign.as_view(), name="campaign_new"),
    path("<uuid:pk>/<slug:move>/", views.PlanMove.as_view(), name="move"),
]
