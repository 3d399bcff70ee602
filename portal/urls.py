from django.urls import path

from accounts.views import AcceptInvitation, Profile
from claims.views import calendar, programs, rule_run, rule_types, rules
from incentives.views import EditRoles, EditVendorRoles, InviteVendorColleague, ReinviteVendorColleague
from portal.views import claim, desk, exports, funds, home, inbox, plan, proof, reports, search, team

app_name = "portal"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("profile/", Profile.as_view(), name="profile"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/read/", inbox.ReadAll.as_view(), name="inbox_read"),
    path("inbox/<int:pk>/", inbox.OpenMessage.as_view(), name="message"),
    path("search/", search.Search.as_view(), name="search"),
    path("team/", team.Team.as_view(), name="team"),
    path("team/<uuid:pk>/", team.PersonPage.as_view(), name="person"),
    path("team/<uuid:pk>/roles/", EditRoles.as_view(), name="roles"),
    path("team/<uuid:pk>/vendor-roles/", EditVendorRoles.as_view(), name="vendor_roles"),
    path("team/<uuid:pk>/vendor-invite-again/", ReinviteVendorColleague.as_view(), name="reinvite_vendor"),
    path("team/vendor-invite/", InviteVendorColleague.as_view(), name="invite_vendor"),
    path("invitation/<str:token>/", AcceptInvitation.as_view(), name="invitation"),
    path("plans/<uuid:pk>/", plan.PlanPage.as_view(), name="plan"),
    path("proofs/<uuid:pk>/", proof.ProofPage.as_view(), name="proof"),
    path("claims/<uuid:pk>/", claim.ClaimPage.as_view(), name="claim"),
    path("claims/<uuid:pk>/desk/", desk.Desk.as_view(), name="desk"),
    path("programs/<int:pk>/calendar/", calendar.CalendarPage.as_view(), name="calendar"),
    path("programs/<int:pk>/calendar/periods/<int:period>/", calendar.EditPeriod.as_view(), name="period"),
    path("programs/<int:pk>/calendar/periods/new/", calendar.AddPeriods.as_view(), name="periods_new"),
    path("programs/<int:pk>/calendar/years/new/", calendar.AddYear.as_view(), name="year_new"),
    path("programs/<int:pk>/calendar/years/<int:year>/", calendar.EditYear.as_view(), name="year"),
    path("programs/<int:pk>/calendar/rollover/", calendar.RollOver.as_view(), name="rollover"),
    path("programs/<int:pk>/calendar/days/", calendar.EditWorkDays.as_view(), name="work_days"),
    path("programs/new/", programs.NewProgram.as_view(), name="program_new"),
    path("programs/<int:pk>/facts/", programs.EditProgram.as_view(), name="program_facts"),
    path("programs/<int:pk>/rules/", rules.RulesPage.as_view(), name="rules"),
    path("programs/<int:pk>/rules/levels/", rules.EditLevels.as_view(), name="rule_levels"),
    path("programs/<int:pk>/rules/discard/", rules.DiscardRules.as_view(), name="rules_discard"),
    path("programs/<int:pk>/rules/publish/", rules.PublishRules.as_view(), name="rules_publish"),
    path("programs/<int:pk>/rules/compare/", rules.CompareRules.as_view(), name="rules_compare"),
    path("programs/<int:pk>/rules/compare/<uuid:run>/", rule_run.RunOfRules.as_view(), name="rule_run"),
    path("programs/<int:pk>/rules/<int:year>/new/", rule_types.AddType.as_view(), name="rule_type_new"),
    path("programs/<int:pk>/rules/<int:year>/<slug:slug>/", rule_types.EditType.as_view(), name="rule_type"),
    path("programs/<int:pk>/rules/<int:year>/<slug:slug>/undo/", rule_types.UndoType.as_view(), name="rule_type_undo"),
    path("queue/", desk.Queue.as_view(), name="queue"),
    path("funds/", funds.Funds.as_view(), name="funds"),
    path("funds/<uuid:pk>/", funds.FundPage.as_view(), name="fund"),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("exports/", exports.ExportList.as_view(), name="exports"),
    path("exports/<slug:listing>.csv", exports.StreamCsv.as_view(), name="export_csv"),
    path("exports/<slug:listing>/start/", exports.StartExport.as_view(), name="export_start"),
    path("exports/<uuid:pk>/download/", exports.DownloadExport.as_view(), name="export_download"),
]
