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
    path("new/", views.NewClaim.as_view(), name="new"),
    path("submit/<uuid:pk>/", views.SubmitProof.as_view(), name="submit_proof"),
    path("payments/", views.PaymentList.as_view(), name="payments"),
    path("payments/<uuid:pk>/", views.PaymentPage.as_view(), name="payment"),
    path("payments/<uuid:pk>/hold/", views.HoldPayment.as_view(), name="payment_hold"),
    path("payments/<uuid:pk>/tax-invoice/", views.SendTaxInvoice.as_view(), name="tax_invoice"),
    path("payments/<uuid:pk>/tax-invoice/<int:invoice>/", views.TaxInvoiceFile.as_view(), name="tax_invoice_file"),
    path("payments/<uuid:pk>/remittance/", views.Remittance.as_view(), name="remittance"),
    path("payments/<uuid:pk>/<slug:move>/", views.PaymentMove.as_view(), name="payment_move"),
    path("runs/", views.RunList.as_view(), name="runs"),
    path("runs/new/", views.NewRun.as_view(), name="new_run"),
    path("runs/<uuid:pk>/", views.RunPage.as_view(), name="run"),
    path("runs/<uuid:pk>/account/", views.EditPayingAccount.as_view(), name="paying_account"),
    path("runs/<uuid:pk>/result/", views.ImportResult.as_view(), name="run_result"),
    path("runs/<uuid:pk>/file/<slug:kind>/", views.RunFileDownload.as_view(), name="run_file"),
    path("runs/<uuid:pk>/<slug:move>/", views.RunMove.as_view(), name="run_move"),
    path("bank/", views.BankList.as_view(), name="bank_list"),
    path("bank/<uuid:pk>/", views.EditBank.as_view(), name="bank"),
    path("bank/<uuid:pk>/take-over/<uuid:source>/", views.TakeOverBank.as_view(), name="bank_take_over"),
    path("bank/check/<uuid:pk>/", views.CheckBank.as_view(), name="bank_check"),
    path("bank/check/<uuid:pk>/<slug:word>/", views.JudgeBank.as_view(), name="bank_judge"),
    path("<uuid:pk>/recommend/", views.Recommend.as_view(), name="recommend"),
    path("<uuid:pk>/assign/", views.Assign.as_view(), name="assign"),
    path("<uuid:pk>/comment/", views.Comment.as_view(), name="comment"),
    path("<uuid:pk>/bundle/", views.BundleDownload.as_view(), name="bundle"),
    path("<uuid:pk>/<claim_move:move>/", views.ClaimMove.as_view(), name="move"),
]
