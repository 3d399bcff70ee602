"""Saved e-mails (.eml) for tests."""

from email.message import EmailMessage

TEXT = "Dear Jonas,\nthe flyers went out today.\nNora"


def message(text: str = TEXT, html: str = "", **headers: str) -> EmailMessage:
    """An ordinary e-mail without attachments."""
    made = EmailMessage()
    values = {
        "From": "Nora Print <nora@print.example>",
        "To": "Jonas Weidner <jonas@fabrikam.example>, marketing@fabrikam.example",
        "Subject": "Flyers, spring campaign",
        "Date": "Thu, 12 Mar 2026 09:00:00 +0100",
        "Message-ID": "<1@print.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in values.items():
        if value:
            made[name] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def mail(files: dict[str, bytes] | None = None, text: str = TEXT, html: str = "", **headers: str) -> bytes:
    """The bytes of an e-mail with these files attached."""
    made = message(text, html, **headers)
    for name, content in (files or {}).items():
        made.add_attachment(content, "application", "octet-stream", filename=name)
    return made.as_bytes()


def forwarded(levels: int, inner: EmailMessage | None = None) -> bytes:
    """An e-mail in an e-mail in an e-mail …"""
    current = inner or message()
    for level in range(levels):
        outer = message(Subject=f"Forwarded {level}")
        outer.add_attachment(current)
        current = outer
    return current.as_bytes()


def nested_parts(levels: int) -> bytes:
    """Parts in parts, written by hand since no honest program would."""
    lines = [b"From: a@b.example", b"Subject: deep", b"MIME-Version: 1.0"]
    for level in range(levels):
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"' % level, b"", b"--b%d" % level]
    return b"\r\n".join([*lines, b"Content-Type: text/plain", b"", b"Hello"])
