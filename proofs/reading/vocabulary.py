"""What stands before the values on invoices and receipts, in the languages we read. Lower case; spaces may be missing.

Patterns are tried on a row's text; a longer one of the same kind is meant before a shorter one.
"""

import re


def _any(*texts: str, whole: bool = True) -> re.Pattern[str]:
    """One pattern of many texts: a blank stands for any space or none; whole words only, unless told otherwise."""
    parts = sorted((text.replace(" ", r"[\s.\-]*") for text in texts), key=len, reverse=True)
    joined = "|".join(parts)
    return re.compile(rf"(?<![^\W\d_])(?:{joined})(?![^\W\d_])" if whole else joined, re.IGNORECASE)


# --- Sums ---------------------------------------------------------------------------------------------------

FINAL = _any(
    "grand total", "total due", "amount due", "total amount due", "balance due", "total payable", "amount payable",
    "total to pay", "rounded total", "total rounded", "total after rounding", "nett total", "total nett", "nett",
    "net payable", "prix ttc", "zu zahlender betrag", "total rounding", "final total", "invoice total",
    "total invoice", "total for this invoice", "total incl\\w*", "total \\(?inclusive", "total sales \\(?inclu\\w*",
    "total amt payable", "due", "gesamtbetrag", "rechnungsbetrag", "gesamtsumme", "endbetrag", "zu zahlen\\w*",
    "zahlbetrag", "bruttobetrag", "total ttc", "montant ttc", "net à payer", "total à payer", "montant total",
    "montant dû", "montant à payer", "te betalen", "factuur totaal", "totaalbedrag", "factuurbedrag",
    "totaal incl\\w*", "totaal te voldoen", "total a pagar", "importe total", "total factura", "total con iva",
    "total iva incluido",
)  # fmt: skip
FINAL_CJK = _any(
    "合計金額", "総合計", "総額", "ご請求金額", "ご請求額", "請求金額", "税込合計", "お買上計",
    "价税合计", "價稅合計", "总计", "總計", "应付金额", "合計", "合计",
    whole=False,
)  # fmt: skip
TOTAL = _any(
    "zusammen", "total", "totaal", "summe", "gesamt", "brutto", "total amount", "total sales", "total price",
    "amount", "bill", "jumlah", "importe", "totale", "tot", "montant", "ttl",
)  # fmt: skip
# A total of something else: of pieces, of a part, before something.
NOT_TOTAL = _any(
    "qty", "quantity", "items?", "pcs", "pieces", "count", "points?", "saving\\w*", "saved", "discount\\w*", "disc",
    "rabatt", "remise", "korting", "descuento", "before", "vor", "avant", "excl\\w*", "exclud\\w*", "exempt\\w*",
    "zzgl", "netto", "hors", "ht", "adj\\w*", "adjustment", "unit price", "price", "tax code", "changed?", "rate",
    "hours?", "weight", "supplies", "exkl\\w*", "htva", "zwischentotal", "übertrag", "report", "tendered",
    "deposit", "previous", "carried", "artikel", "aantal", "menge", "stück", "rounding adj\\w*",
    "rounding adjustment", "subtotal", "sub total", "sous total", "zwischensumme", "subtotaal",
)  # fmt: skip
NET = _any(
    "netto\\w*", "exkl\\w*", "net of vat", "net amt", "total net", "total net amount", "prix ht", "total htva",
    "htva", "zwischentotal", "warenwert", "goods net", "net charges", "taxable value", "zwischensumme netto",
    "sub total", "subtotal", "subtotaal", "sous total", "zwischensumme", "net amount", "total ht", "montant ht",
    "hors taxes?", "excl\\w*", "exclud\\w*", "total excl\\w*", "base imponible", "taxable amount",
    "amount before tax", "grondslag", "summe netto", "charges", "total charges", "total sales",
)  # fmt: skip
NET_CJK = _any(
    "小計", "小计", "税抜", "不含税", "金额合计", whole=False,
)  # fmt: skip
PLAINLY_NET = re.compile(r"net|excl|exkl|ht|base", re.IGNORECASE)
TAX = _any(
    "\\w*steuer", "cgst", "sgst", "igst", "hst", "pst", "qst", "tvq", "tps", "total vat", "total tax amount", "gst",
    "vat", "tax", "sales tax", "mwst", "mehrwertsteuer", "umsatzsteuer", "ust", "tva", "btw", "iva", "sst",
    "service tax", "total gst", "total tax", "vat amount", "btw bedrag", "steuerbetrag", "cuota iva",
)  # fmt: skip
TAX_CJK = _any(
    "消費税", "税額", "税额", "增值税", whole=False,
)  # fmt: skip
INCLUSIVE = _any(
    "inc", "incl\\w*", "inclu\\w*", "ttc", "inkl\\w*", "con iva", "税込", "含税",
)  # fmt: skip
CONTAINED = _any(
    "includes", "included", "including", "davon", "dont", "waarvan", "enthalten\\w*",
)  # fmt: skip
CASH = _any(
    "cash", "tender", "tendered", "paid", "payment", "bar", "gegeben", "bargeld", "espèces", "efectivo", "contant",
    "entregado", "現金", "お預り", "amount paid", "cash tendered", "received",
)  # fmt: skip
CARD = _any(
    "visa", "master ?card", "mastercard", "amex", "credit card", "debit card", "debit", "card", "maestro", "pin",
    "ec ?karte", "girocard", "carte", "tarjeta", "ideal", "bank ?transfer", "e ?wallet", "touch ?n ?go",
)  # fmt: skip
CHANGE = _any(
    "change", "change due", "cash change", "rückgeld", "wechselgeld", "rendu", "cambio", "wisselgeld", "お釣り", "找零",
)  # fmt: skip
ROUNDING = _any(
    "round\\w*", "afronding", "rundung", "arrondi", "redondeo", "rounding adj\\w*",
)  # fmt: skip

# --- Numbers and days ---------------------------------------------------------------------------------------

NUMBER = _any(
    "invoice ref", "référence de la facture", "folio no", "vat invoice number", "nummer/datum", "rechnungsnr",
    "bonnr", "invoice number", "invoice no", "invoice nr", "invoice #", "invoice id", "invoice", "inv no", "inv #",
    "bill no", "bill number", "receipt no", "receipt number", "receipt #", "document no", "doc no", "doc #",
    "tax invoice no", "rechnungsnummer", "rechnungs nr", "rechnung nr", "rechnung no", "rechnung", "beleg nr",
    "belegnummer", "facture n[°ºo]", "n[°ºo] de facture", "n[°ºo] facture", "numéro de facture", "facture numéro",
    "facture", "factuurnummer", "factuur nr", "factuurnr", "factuur", "bonnummer", "número de factura",
    "n[°ºo] de factura", "factura n[°ºo]", "n[°ºo] factura", "factura núm", "factura",
)  # fmt: skip
NUMBER_CJK = _any(
    "発票号码", "发票号码", "发票代码", "發票號碼", "請求書番号", "請求番号", "伝票番号", "レシート番号", whole=False,
)  # fmt: skip
FIRM_NUMBER = re.compile(r"invoice|inv|rechnung|factu|发票|發票|請求", re.IGNORECASE)
NOT_NUMBER = re.compile(
    r"(?:gst|vat|tax\s?(?:id|no|reg)|order|customer|client|account|delivery|bestell|kunden|liefer)\W*$", re.IGNORECASE
)
DATE = _any(
    "invoice date", "date of invoice", "date of issue", "issue date", "issued", "issued on", "bill date", "dated",
    "receipt date", "document date", "tax date", "date", "datum", "rechnungsdatum", "rechnungs datum", "belegdatum",
    "ausstellungsdatum", "date de facture", "date de facturation", "date d'émission", "date facture",
    "factuurdatum", "factuur datum", "fecha de factura", "fecha factura", "fecha de emisión", "fecha", "tarikh",
)  # fmt: skip
DATE_CJK = _any(
    "開票日期", "开票日期", "開票日", "発行日", "請求日", "日付", "日期", whole=False,
)  # fmt: skip
FIRM_DATE = re.compile(
    r"invoice|issu|bill|receipt|rechnung|beleg|factu|ausstell|émission|emisi|開|开|発|請", re.IGNORECASE
)
NOT_DATE = _any(
    "contract", "agreement", "event", "event date", "arrival", "departure", "anreise", "abreise", "prestation",
    "devis", "due", "due date", "payable by", "expir\\w*", "exp", "valid\\w*", "delivery", "delivered", "order",
    "ordered", "period", "from", "until", "fällig\\w*", "zahlbar", "lieferdatum", "leistungs\\w*", "liefer\\w*",
    "bestell\\w*", "échéance", "livraison", "commande", "vervaldatum", "leverdatum", "orderdatum", "bestel\\w*",
    "vencimiento", "entrega", "pedido", "best before", "printed", "birth", "since", "act", "return", "before",
    "within", "billing period", "orderdate", "支払期限", "納期",
)  # fmt: skip

# --- Suppliers ----------------------------------------------------------------------------------------------

# Short forms are written in capitals: as words of a language they mean something else.
_LEGAL = (
    r"(?i:s\s?d\s?n\.?\s?,?\s?b\s?h\s?d\.?|s/b|bhd\.?|ltd\.?|limited|l\.l\.c\.?|llp|inc\.?|incorporated|corp\.?|"
    r"corporation|pte\.?(?:\s?ltd\.?)?|pty\.?(?:\s?ltd\.?)?|g?gmbh|e\.\s?k\.|mbh|s\.\s?a\.\s?r\.\s?l\.?|sarl|s\.a\.s?\.?|"
    r"s\.\s?l\.\s?u?\.?|s\.r\.l\.?|s\.p\.a\.?|b\.v\.?|n\.v\.?|v\.o\.f\.?|bvba|sprl|oy|aps|a/s|ohg|llc|plc)|"
    r"AG|KG|UG|SA|SAS|SL|SLU|SRL|SB|BV|NV|AB|AS|SE|eG|GbR|PLT|PLC|CLG|DAC|LP|VOF|ASBL|VZW"
)
LEGAL = re.compile(rf"(?<![^\W_])(?:{_LEGAL})(?![^\W\d_])|株式会社|有限会社|合同会社|有限公司")
COMPANY = re.compile(
    rf"(?<![^\W_])(?:{_LEGAL}|(?i:co\.|company|enterprises?|trading|group|holdings?))(?![^\W\d_])|"
    r"株式会社|有限会社|合同会社|有限公司|公司"
)
# What stands under the name of a company that says who it is: register, tax and bank numbers, ways to reach it.
IMPRINT = re.compile(
    r"(?<![^\W_])(?:kvk|btw|vat|gst|ust|tva|siren|siret|rcs|nif|cif|abn|uen|brn|roc|hrb|reg(?:ister|istration)?|co\.?\s?reg|"
    r"company\s?(?:no|reg\w*)|amtsgericht|hra|ust-?id\w*|steuer-?(?:nr|nummer)\w*|mwst-?nr|uid|r\.?c\.?s|rpm|c\.?i\.?f|"
    r"vorstand|geschäftsführer|gf|sitz|capital|registered|gstin|pan|iban|bic|tel|phone|telefon|fax|e-?mail)(?![^\W_])|电话|税号|電話|登録番号|\(\d{5,}-[A-Z]\)",
    re.IGNORECASE,
)
TRADE = re.compile(
    r"(?<![^\W\d_])(?:restaurant|restoran|ristorante|restaurante|gasthof|hotel|cafe|café|kopitiam|bakery|bakeries|kedai|"
    r"mart|market|supermarket|store|stores|shop|pharmacy|hardware|stationery|stationers?|bookstores?|books?|"
    r"confectionery|syarikat|pasaraya|perniagaan|services?|supply|marketing|distributors?|distribution|studio|"
    r"agency|agentur|druckerei|print|printing|media|verlag|boutique|coffee|seafood|retail)(?![^\W\d_])",
    re.IGNORECASE,
)
NOT_SUPPLIER = re.compile(
    r"(?<![^\W\d_])(?:tax\s?invoice|invoice|receipt|cash\s?bill|bill|rechnung|facture|factuur|factura|quittung|bon|ticket|"
    r"copy|kopie|duplicate|original|welcome|thank|reprint|simplified|"
    r"tel|telp?hone|fax|phone|e-?mail|www|http\w*|gst|vat|reg|roc|co\.?\s?reg|company\s?no|ssm|id\s?no|"
    r"jalan|jln|lot|lorong|taman|street|st\.|road|rd|avenue|ave|straße|strasse|str\.|rue|calle|floor|level|unit|"
    r"block|blok|bandar|kuala|selangor|johor|plaza|mall|po\s?box|postfach|"
    r"issued|ref|number|\w+nr|\w*nummer|quantité|quantity|menge|destinataire|émetteur|gültig|seite|page|klasse|"
    r"date|datum|time|cashier|table|page|seite|customer|kunde|klant|client|bill\s?to|ship\s?to|attn|"
    r"description|qty|amount|total|item|account|iban|bic)(?![^\W\d_])",
    re.IGNORECASE,
)
CUSTOMER = _any(
    "address", "rechnungsempfänger", "empfänger", "buyer", "hirer", "firma", "herrn?", "frau", "guest", "passenger",
    "destinataire", "à l'attention de", "fao", "an", "to", "für", "pour", "invoice to", "recipient", "zahlbar durch",
    "bill to", "billed to", "bill to address", "ship to", "sold to", "invoice to", "customer", "attn", "attention",
    "rechnungsadresse", "rechnung an", "kunde", "lieferadresse", "empfänger", "factuuradres", "afleveradres", "klant",
    "t a v", "facturé à", "adresse de facturation", "client", "livré à", "facturar a", "cliente", "御中", "购买方",
)  # fmt: skip
