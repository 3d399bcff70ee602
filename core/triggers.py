"""Triggers of the database that no session can switch off.

pgtrigger lets any session skip its triggers by a setting (`pgtrigger.ignore`), asked for in every firing. What guards
money and history must not be skipped by who can merely run a statement, and the question alone cost a tenth of a
booking.
"""

from typing import Any

import pgtrigger
from pgtrigger import compiler


class FirmSql(compiler.UpsertTriggerSql):
    """The statements that make a trigger, without the question whether this session wants it. Named in migrations."""

    def get_template(self) -> str:
        """pgtrigger fills in the names in braces; a migration that was applied depends on this text."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER LANGUAGE plpgsql AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$;
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid} {when} {operation} ON {table} {timing} {referencing}
                FOR EACH {level} {condition} EXECUTE PROCEDURE {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Firm(pgtrigger.Trigger):
    """A trigger of pgtrigger that always fires."""

    def compile(self, model: Any) -> compiler.Trigger:
        """As pgtrigger compiles it, with FirmSql."""
        compiled = super().compile(model)
        return compiler.Trigger(name=compiled.name, sql=FirmSql(**compiled.sql.kwargs))


class Protect(Firm, pgtrigger.Protect):
    """Refuses an operation, whoever asks for it."""


class ReadOnly(Firm, pgtrigger.ReadOnly):
    """Refuses changes of the fields named."""
