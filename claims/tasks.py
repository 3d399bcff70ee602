from celery import shared_task

from claims import services


@shared_task(name="claims.expire_drafts", time_limit=300)
def expire_drafts() -> None:
    services.expire_drafts()


@shared_task(name="claims.close_overdue", time_limit=300)
def close_overdue() -> None:
    services.close_overdue()


@shared_task(name="claims.finalize_rejections", time_limit=300)
def finalize_rejections() -> None:
    services.finalize_rejections()


@shared_task(name="claims.lapse_kept_money", time_limit=300)
def lapse_kept_money() -> None:
    services.lapse_kept_money()


@shared_task(name="claims.schedule_payments", time_limit=300)
def schedule_payments() -> None:
    services.schedule_payments()


@shared_task(name="claims.lapse_payments", time_limit=300)
def lapse_payments() -> None:
    services.lapse_payments()


@shared_task(name="claims.make_payout_payments", time_limit=300)
def make_payout_payments() -> None:
    services.make_payout_payments()


# Ten thousand claims take some minutes; who is killed here is found by the sweep.
@shared_task(name="claims.compare_rules", time_limit=3600)
def compare_rules(run_id: str) -> None:
    services.compare_rules(run_id)


@shared_task(name="claims.requeue_runs", time_limit=60)
def requeue_runs() -> None:
    services.requeue_runs()
