from plans.views.lists import PlanList
from plans.views.moves import PlanMove
from plans.views.parts import (
    DeleteActivity,
    DeleteCampaign,
    EditActivity,
    EditCampaign,
    NewActivity,
    NewCampaign,
    RestoreActivity,
    RestoreCampaign,
)
from plans.views.plan import CommentPlan, EditPlan, NewPlan

__all__ = [
    "CommentPlan",
    "DeleteActivity",
    "DeleteCampaign",
    "EditActivity",
    "EditCampaign",
    "EditPlan",
    "NewActivity",
    "NewCampaign",
    "NewPlan",
    "PlanList",
    "PlanMove",
    "RestoreActivity",
    "RestoreCampaign",
]
