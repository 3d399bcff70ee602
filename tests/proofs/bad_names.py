"""Bad and unusual file names, each on a good file. Names in any script are welcome."""

from tests.files.make_files import encoded, invoice
from tests.proofs.bad import Bad

# "invoice" or something like it, by script.
SCRIPTS = {
    "Arabic": "فاتورة.pdf",
    "Armenian": "հաշիվ.pdf",
    "Bengali": "চালান.pdf",
    "Chinese": "发票.pdf",
    "Cyrillic": "Счёт-фактура.pdf",
    "Devanagari": "चालान.pdf",
    "emoji": "🧾✅.pdf",
    "Georgian": "ინვოისი.pdf",
    "Greek": "Τιμολόγιο.pdf",
    "Hebrew": "חשבונית.pdf",
    "Japanese": "請求書（控え）.pdf",
    "Korean": "송장.pdf",
    "Latin with marks": "Rechnung für Ärzte – Größe 5 €.pdf",
    "Tamil": "விலைப்பட்டியல்.pdf",
    "Thai": "ใบแจ้งหนี้.pdf",
    "taken apart (macOS)": "Rechnung fu\u0308r.pdf",
}

ROWS = (
    *(Bad(f"name: {script}", name, invoice, "clean", "", "pass") for script, name in SCRIPTS.items()),
    Bad("name: reading order turned round", "invoice\u202efdp.exe.pdf", invoice, "refused", "name"),
    Bad("name: reading order forced", "invoice\u202d.pdf", invoice, "refused", "name"),
    Bad("name: zero byte", "invoice\0.pdf", invoice, "refused", "name"),
    Bad("name: line break", "invoice\r\nSet-Cookie: a=b.pdf", invoice, "refused", "name"),
    Bad("name: half a character", "invoice\ud83d.pdf", invoice, "refused", "name"),
    Bad("name: 300 characters", "a" * 296 + ".pdf", invoice, "refused", "name"),
    Bad("name: invisible joiner", "in\u200bvoice.pdf", invoice, "clean", "name", "warning"),
    Bad("name: folders", "../../etc/passwd.pdf", invoice, "clean", "name", "warning"),
    Bad("name: device of Windows", "CON.pdf", invoice, "clean", "name", "warning"),
    Bad("name: characters Windows forbids", "<script>alert(1)<|script>.pdf", invoice, "clean", "name", "note"),
    Bad("name: no ending", "invoice", invoice, "refused", "kind"),
    Bad("name: nothing but an ending", ".pdf", invoice, "refused", "kind"),
    Bad("name: ending of a program behind", "invoice.pdf.exe", invoice, "refused", "kind"),
    Bad("name: two endings of pictures", "stand.png.jpg", lambda: encoded("PNG"), "refused", "kind"),
)  # fmt: skip
