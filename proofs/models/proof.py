from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import WorkflowModel
from incentives.catalogue import ActivitySpec
from incentives.models import ActivityType, Enrollment, Period, RuleSet
from plans.models import Activity
from proofs.choices import ProofStatus
from proofs.querysets import ProofQuerySet


class Proof(WorkflowModel):
    """The dossier of one execution: everything that shows it took place (R-POE-01…13).

    A draft may hold anything a field can hold (D-17). activity_type is the version it was made under (R-ACT-06).
    answers, metrics, core_requirements: values by slug of the type's spec · period: the usage period chosen where there
    is no plan (D-05) · country: where the work took place, asked where no planned activity says it (D-06) ·
    vendor_share: per cent of the content that is the vendor's (R-CLM-35) · conference…, attendees: asked of types with
    caps a conference (D-11) · rule_set: levels of the checks it was first sent under, none in a draft: the newest ·
    disputable_until: last day on which the partner may add evidence to dispute a decision
    (R-CLM-25).
    """

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")
    activity_type = models.ForeignKey(ActivityType, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    country = models.CharField(_("country"), max_length=2, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    executed_from = models.DateField(_("first day of the work"), null=True, blank=True)
    executed_to = models.DateField(_("last day of the work"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3)
    vendor_share = models.DecimalField(
        _("share of the vendor's content"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    conference_name = models.CharField(_("conference"), max_length=120, blank=True)
    conference_on = models.DateField(_("first day of the conference"), null=True, blank=True)
    attendees = ArrayField(models.CharField(max_length=150), default=list, blank=True)
    estimated_impressions = models.CharField(max_length=20, blank=True)
    preapproval_id = models.CharField(max_length=60, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    metrics = models.JSONField(default=dict, blank=True)
    core_requirements = models.JSONField(default=dict, blank=True)
    final_comments = models.TextField(blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, related_name="+")
    disputable_until = models.DateField(null=True, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ProofStatus.values), name="proof_status_known"),
            models.CheckConstraint(
                condition=Q(activity__isnull=False, period__isnull=True)
                | Q(activity__isnull=True, period__isnull=False),
                name="proof_of_activity_or_period",
            ),
            models.UniqueConstraint(
                "activity",
                Lower("name"),
                name="proof_name_unique",
                condition=Q(activity__isnull=False) & ~Q(name=""),
            ),
        ]
        indexes = [models.Index(fields=["enrollment", "-created_at", "-id"], name="proof_list")]

    @property
    def spec(self) -> ActivitySpec:
        return self.activity_type.parsed

    @property
    def without_plan(self) -> bool:
        """A co-op claim of its own: nobody planned and approved it before (R-PROG-05)."""
        return self.activity_id is None

    def get_absolute_url(self) -> str:
        return reverse("portal:proof", args=[self.pk])
