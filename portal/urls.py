from django.urls import path

from portal.views import claim, desk, home, plan, proof

app_name = "portal"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("inbox/", home.Inbox.as_view(), name="inbox"),
    path("search/", home.Search.as_view(), name="search"),
    path("plans/<uuid:pk>/", plan.PlanPage.as_view(), name="plan"),
    path("proofs/<uuid:pk>/", proof.ProofPage.as_view(), name="proof"),
    path("claims/<uuid:pk>/", claim.ClaimPage.as_view(), name="claim"),
    path("claims/<uuid:pk>/desk/", desk.Desk.as_view(), name="desk"),
    path("queue/", desk.Queue.as_view(), name="queue"),
]
