"""What is never paid for, as invoices print it (R-CLM-16, R-CLM-35): whole words, in the languages we read."""

import re

ALCOHOL = (
    # English
    "alcohol", "alcoholic", "beer", "beers", "wine", "wines", "champagne", "prosecco", "whisky", "whiskey", "vodka",
    "gin", "rum", "tequila", "liquor", "liqueur", "spirits", "cocktail", "cocktails", "lager", "cider", "bourbon",
    # German
    "bier", "biere", "pils", "weizen", "wein", "rotwein", "weißwein", "weisswein", "sekt", "schnaps", "likör",
    "spirituosen", "alkohol", "weinschorle", "aperol",
    # French
    "bière", "bières", "vin rouge", "vin blanc", "vins", "alcool", "apéritif", "digestif", "kir",
    # Dutch
    "wijn", "pils", "jenever", "borrel", "sterke drank",
    # Spanish
    "cerveza", "cervezas", "vino", "vinos", "cava", "licor", "licores", "sangría", "ginebra",
)  # fmt: skip
ALCOHOL_CJK = ("酒", "啤酒", "ビール", "ワイン", "日本酒", "焼酎", "ウイスキー", "アルコール")  # fmt: skip
PERSONAL = (
    "tip", "tips", "gratuity", "trinkgeld", "pourboire", "fooi", "propina", "propinas", "cigarettes", "tobacco",
    "tabak", "zigaretten", "tabac", "tabaco", "penalty", "bußgeld", "bussgeld", "mahngebühr", "amende",
    "boete", "multa", "minibar", "gift card", "gift cards", "geschenkgutschein",
)  # fmt: skip
# Words that also mean something harmless beside them.
_HARMLESS = re.compile(
    r"alcohol[- ]?free|non[- ]?alcoholic|alkoholfrei\w*|sans alcool|alcoholvrij\w*|sin alcohol|ノンアルコール|"
    r"料酒|root beer|ginger beer|tip[- ]?in",
    re.IGNORECASE,
)
_LATIN = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ALCOHOL + PERSONAL))})(?!\w)", re.IGNORECASE)
_CJK = re.compile("|".join(ALCOHOL_CJK))


def ineligible_in(text: str) -> str:
    """The first such word of a printed line, as printed; "" when there is none."""
    rest = _HARMLESS.sub(" ", text)
    found = _LATIN.search(rest) or _CJK.search(rest)
    return found[0] if found else ""
