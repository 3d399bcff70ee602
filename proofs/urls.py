from django.urls import path

from proofs.views import bin, costs, documents, findings, lists, parts, review, uploads

app_name = "proofs"
urlpatterns = [
    path("", lists.ProofList.as_view(), name="list"),
    path("new/<uuid:pk>/", lists.NewProof.as_view(), name="new"),
    path("<uuid:pk>/facts/", parts.EditFacts.as_view(), name="facts"),
    path("<uuid:pk>/answers/", parts.EditAnswers.as_view(), name="answers"),
    path("<uuid:pk>/metrics/", parts.EditMetrics.as_view(), name="metrics"),
    path("<uuid:pk>/core/", parts.EditCore.as_view(), name="core"),
    path("<uuid:pk>/comments/", parts.EditComments.as_view(), name="comments"),
    path("<uuid:pk>/comment/", parts.Comment.as_view(), name="comment"),
    path("<uuid:pk>/upload/", uploads.Upload.as_view(), name="upload"),
    path("<uuid:pk>/typed/", uploads.AddTyped.as_view(), name="typed"),
    path("<uuid:pk>/invoices/new/", costs.AddInvoice.as_view(), name="invoice_new"),
    path("invoices/<uuid:pk>/edit/", costs.EditInvoice.as_view(), name="invoice_edit"),
    path("invoices/<uuid:pk>/remove/", costs.RemoveInvoice.as_view(), name="invoice_remove"),
    path("<uuid:pk>/certification/", costs.Certification.as_view(), name="certification"),
    path("<uuid:pk>/certification/remove/", costs.RemoveCertification.as_view(), name="certification_remove"),
    path("bin/<uuid:pk>/drop/", bin.Drop.as_view(), name="bin_drop"),
    path("bin/<uuid:pk>/put/", bin.PutOn.as_view(), name="bin_put"),
    path("documents/<uuid:pk>/", documents.DocumentPage.as_view(), name="document"),
    path("documents/<uuid:pk>/download/", documents.Download.as_view(), name="download"),
    path("documents/<uuid:pk>/view/", documents.View.as_view(), name="view"),
    path("documents/<uuid:pk>/edit/", documents.EditDocument.as_view(), name="document_edit"),
    path("documents/<uuid:pk>/remove/", documents.RemoveDocument.as_view(), name="document_remove"),
    path("documents/<uuid:pk>/restore/", documents.RestoreDocument.as_view(), name="document_restore"),
    path("documents/<uuid:pk>/to-bin/", documents.SendBackToBin.as_view(), name="document_to_bin"),
    path("documents/<uuid:pk>/retry/", documents.RetryCheck.as_view(), name="document_retry"),
    path("findings/<uuid:pk>/fixed/", findings.MarkFixed.as_view(), name="finding_fixed"),
    path("findings/<uuid:pk>/undo/", findings.UndoFixed.as_view(), name="finding_undo"),
    path("documents/<uuid:pk>/verdict/", review.GiveVerdict.as_view(), name="verdict"),
    path("<uuid:pk>/findings/new/", review.AddFinding.as_view(), name="finding_new"),
    path("findings/<uuid:pk>/drop/", review.DropFinding.as_view(), name="finding_drop"),
]
