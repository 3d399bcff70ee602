"""What happened in the demo: plans and claims with their fate. Ages are days before today."""

from dataclasses import dataclass

from demo.seed.cast import CSP, HOSTING, RETAIL

PRINT, ADS, MAIL, SITE = "print_advertising", "digital_advertising", "direct_mail_email_sms", "partner_website_seo"
CALLS, SEMINAR, SHOW, OFFER = (
    "telemarketing",
    "customer_seminars_bootcamps",
    "tradeshows_expositions",
    "customer_offers",
)
FLOOR, PILOT = "internal_training_floor_days", "proof_of_concept"

CARDS = {
    PRINT: ("final_piece",),
    ADS: ("ad_screenshot", "landing_page_url"),
    MAIL: ("final_piece", "proof_of_emailing"),
    SITE: ("site_url", "site_screenshot"),
    CALLS: ("call_script",),
    SEMINAR: ("event_invitation", "event_agenda", "event_photos"),
    SHOW: ("event_invitation", "event_agenda", "participation_photo"),
    OFFER: ("offer_with_terms",),
    FLOOR: ("training_agenda", "vendor_presentation"),
    PILOT: ("concept_materials",),
}
ANSWERS = {MAIL: {"channel": "email"}}


@dataclass(frozen=True)
class Story:
    """One proof and its claim.

    fate: draft_gaps draft_ready draft_refused submitted under_review recommended action_required half_fixed
    resubmitted approved approved_part rejected disputed withdrawn
    expired · age: days since it was sent (drafts: begun) ·
    days: length of the work.
    """

    city: str
    program: str
    kind: str
    name: str
    amount: int
    fate: str
    age: int
    days: int = 1
    words: str = ""


@dataclass(frozen=True)
class PlanStory:
    """A plan without proofs. state: a plan status, or "draft" (with activities), "reopened"."""

    city: str
    program: str
    name: str
    state: str
    age: int
    budget: int = 0
    words: str = ""


REDO_PHOTO = "Please add a photo in which your booth and the Contoso logo can be seen."
STORIES = (
    Story("Munich", CSP, PRINT, "City-light posters Munich", 4210, "action_required", 12, 14,
          "The invoice covers 12 sites, the poster shows 10. Please say which is right."),
    Story("Munich", CSP, MAIL, "Customer newsletter on hybrid work", 1960, "draft_ready", 4),
    Story("Munich", CSP, ADS, "Search and display ads for managed security", 6240, "approved", 41, 21),
    Story("Munich", CSP, OFFER, "Vouchers for renewals", 14000, "draft_ready", 5, 10),
    Story("Munich", CSP, SEMINAR, "IT security breakfast Munich", 5400, "under_review", 9),
    Story("Munich", CSP, CALLS, "Telephone campaign for renewals", 3480, "submitted", 2, 10),
    Story("Munich", CSP, PRINT, "Poster series at commuter stations", 2850, "draft_gaps", 3, 7),
    Story("Munich", CSP, SITE, "Landing page for managed workplaces", 2800, "approved_part", 58, 5,
          "400.00 of programming belonged to another project."),
    Story("Munich", RETAIL, SHOW, "Trade show booth, IT & Handel Munich", 11900, "half_fixed", 15, 2, REDO_PHOTO),
    Story("Munich", RETAIL, OFFER, "Back-to-work bundle offer", 3150, "approved", 36, 20),
    Story("Munich", RETAIL, FLOOR, "Floor day for sales staff", 1480, "draft_refused", 5),
    Story("Munich", RETAIL, PRINT, "Window displays Marienplatz", 2240, "submitted", 1, 10),
    Story("Hamburg", CSP, SEMINAR, "Harbour tech day", 7300, "recommended", 20),
    Story("Hamburg", CSP, ADS, "Display ads for logistics companies", 4100, "rejected", 33, 14,
          "The advertisement shows products of another vendor only. It does not carry Contoso content."),
    Story("Hamburg", CSP, MAIL, "Letter to tax consultants", 1725, "approved", 52),
    Story("Hamburg", RETAIL, SHOW, "Booth at the consumer fair Hamburg", 6480, "under_review", 11, 3),
    Story("Vienna", CSP, PRINT, "Posters Mariahilfer Straße", 2375, "withdrawn", 6, 14,
          "Wrong invoice, we send it again."),
    Story("London", CSP, SHOW, "Modern workplace roadshow London", 8450, "resubmitted", 18, 2, REDO_PHOTO),
    Story("London", CSP, ADS, "LinkedIn and search ads for accountants", 9200, "approved", 30, 21),
    Story("London", CSP, MAIL, "Spring e-mail series", 1240, "expired", 0),
    Story("London", CSP, PILOT, "Cloud pilot for a law firm", 4800, "submitted", 5, 20),
    Story("London", RETAIL, PRINT, "Tube posters Bond Street", 7650, "approved", 26, 14),
    Story("Manchester", CSP, SEMINAR, "Northern business breakfast", 3900, "under_review", 72),
    Story("Manchester", CSP, SITE, "Website for schools and colleges", 2150, "draft_gaps", 8, 5),
    Story("Lyon", CSP, SHOW, "Salon Lyon Numérique", 5980, "approved", 24, 2),
    Story("Lyon", CSP, PRINT, "Affichage métro Lyon", 4620, "submitted", 0, 12),
    Story("Lyon", RETAIL, SEMINAR, "Journées de démonstration Surface", 3340, "recommended", 13),
    Story("Paris", CSP, ADS, "Campagne en ligne rentrée", 5150, "action_required", 10, 18,
          "The landing page does not show your contact information."),
    Story("Paris", RETAIL, OFFER, "Offre de lancement tablettes", 2890, "under_review", 7, 15),
    Story("Utrecht", CSP, CALLS, "Belactie voor verlengingen", 1860, "approved", 38, 8),
    Story("Utrecht", CSP, MAIL, "Nieuwsbrief voor scholen", 1380, "draft_ready", 6),
    Story("Utrecht", RETAIL, PRINT, "Posters Hoog Catharijne", 2090, "submitted", 3, 14),
    Story("Stuttgart", CSP, SEMINAR,
          "Informationsveranstaltung zur sicheren Zusammenarbeit im Mittelstand mit Vorführung, Gesprächen und Imbiss",
          6720, "under_review", 16),
    Story("Stuttgart", CSP, ADS, "Anzeigen für Handwerksbetriebe", 3275, "approved", 46, 14),
    Story("Stuttgart", RETAIL, FLOOR, "Schulungstag Verkauf", 1150, "rejected", 22, 1,
          "The slides are about devices of several vendors; the training must be about Contoso only."),
    Story("Madrid", CSP, OFFER, "Vales de renovación", 3900, "disputed", 17, 12,
          "The terms of the offer do not name Contoso."),
    Story("Munich", HOSTING, SITE, "Website of the managed hosting offer", 2640, "submitted", 3, 6),
    Story("London", HOSTING, ADS, "Search ads for private cloud hosting", 3480, "approved", 27, 14),
    Story("Lyon", HOSTING, PRINT, "Annonces presse hébergement souverain", 1920, "draft_gaps", 4, 3),
    Story("Madrid", CSP, SHOW, "Stand en Madrid Tech Show", 9800, "submitted", 4, 2),
    Story("Madrid", CSP, PRINT, "Carteles en estaciones de Cercanías", 3120, "approved", 43, 14),
    Story("Madrid", CSP, SITE, "Página para despachos", 1540, "draft_gaps", 2, 4),
)  # fmt: skip
PLANS = (
    PlanStory("Hamburg", RETAIL, "Christmas business Hamburg", "draft", 2, 9000),
    PlanStory("Vienna", CSP, "Vienna growth plan", "editing", 5),
    PlanStory("London", RETAIL, "Device launch London", "under_review", 8, 32000),
    PlanStory("Manchester", CSP, "Schools and councils", "action_required", 9, 14000,
              "Please split the budget by quarter and name the cities."),
    PlanStory("Paris", RETAIL, "Plan boutiques Paris", "submitted", 1, 18000),
    PlanStory("Paris", CSP, "Croissance sécurité Paris", "rejected", 19, 22000,
              "Most of the budget is for events abroad. Plan them with the location there."),
    PlanStory("Utrecht", RETAIL, "Winkelplan Utrecht", "reopened", 12, 7500, "Name the two shops, please."),
    PlanStory("Stuttgart", RETAIL, "Schaufenster und Messe Stuttgart", "submitted", 15, 16500),
)  # fmt: skip
PLAN_NAMES = {CSP: "Cloud growth plan", RETAIL: "Device plan"}
CAMPAIGNS = {
    CSP: (
        ("Safer work from anywhere", "New customers for managed security"),
        ("Ready for the next year", "Renewals and upgrades"),
    ),
    RETAIL: (
        ("Autumn and winter push", "More devices sold with a service plan"),
        ("Summer of devices", "Students and families"),
    ),
}
