from celery import shared_task

from plans import services


@shared_task(name="plans.make_payouts", time_limit=1800)
def make_payouts() -> None:
    services.make_payouts()
