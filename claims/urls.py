from django.urls import path, register_converter

from claims import views
from claims.views.moves import MOVES


class MoveConverter:
    """Only the moves that stand in the table, so that other addresses under a claim stay free."""

    regex = "|".join(MOVES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MoveConverter, "claim_move")

app_name = "claims"
urlpatterns = [
    path("", views.ClaimList.as_view(), name="list"),
    path("submit/<uuid:pk>/", views.SubmitProof.as_view(), name="submit_proof"),
    path("<uuid:pk>/recommend/", views.Recommend.as_view(), name="recommend"),
    path("<uuid:pk>/assign/", views.Assign.as_view(), name="assign"),
    path("<uuid:pk>/comment/", views.Comment.as_view(), name="comment"),
    path("<uuid:pk>/bundle/", views.BundleDownload.as_view(), name="bundle"),
    path("<uuid:pk>/<claim_move:move>/", views.ClaimMove.as_view(), name="move"),
]
