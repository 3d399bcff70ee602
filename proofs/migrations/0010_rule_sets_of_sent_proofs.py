from django.db import migrations

# Programs whose proofs were sent before rule sets were kept: version 1, the usual levels.
FIRST_SETS = """
INSERT INTO incentives_ruleset (program_id, version, levels, note, published_at)
SELECT DISTINCT e.program_id, 1, '{}'::jsonb, '', now()
FROM proofs_proof p JOIN incentives_enrollment e ON e.id = p.enrollment_id
WHERE p.first_submitted_at IS NOT NULL AND p.rule_set_id IS NULL
ON CONFLICT (program_id, version) DO NOTHING
"""
KEEP = """
UPDATE proofs_proof p SET rule_set_id = s.id
FROM incentives_enrollment e JOIN incentives_ruleset s ON s.program_id = e.program_id AND s.version = 1
WHERE e.id = p.enrollment_id AND p.first_submitted_at IS NOT NULL AND p.rule_set_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0012_rule_drafts"),
        ("proofs", "0009_signed_report"),
    ]

    operations = [
        migrations.RunSQL(FIRST_SETS, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
    ]
