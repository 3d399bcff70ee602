"""Who is who in the demo: the vendor's people, partner companies, their locations and people."""

from dataclasses import dataclass, field

PASSWORD = "spring-harbour-42"  # one for all demo accounts; `make up` prints it
VENDOR_DOMAIN = "contoso.example"

CSP, RETAIL, HOSTING = "cloud-solution-provider", "device-retail", "hosting"


@dataclass(frozen=True)
class Person:
    """name · mail: part before the @ · company roles · roles: program → "admin"/"user" at every location of the
    company, or at the named ones with "program@City"."""

    name: str
    company_roles: tuple[str, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    language: str = ""
    invited: bool = False

    @property
    def mail(self) -> str:
        plain = self.name.lower().translate(str.maketrans("äöüéèçëáíóñø", "aoueeceaiono")).replace("ß", "ss")
        return ".".join(plain.replace("'", "").split())


@dataclass(frozen=True)
class Site:
    code: str
    name: str
    city: str
    country: str
    programs: tuple[str, ...]
    inactive: tuple[str, ...] = ()


@dataclass(frozen=True)
class Company:
    name: str
    country: str
    domain: str
    currency: str
    language: str
    sites: tuple[Site, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True)
class VendorPerson:
    """roles: (program slug or "" for every program, "reviewer"/"admin")."""

    name: str
    roles: tuple[tuple[str, str], ...]

    @property
    def mail(self) -> str:
        return ".".join(self.name.lower().split())


FIRST_ADMIN = VendorPerson("Olivia Chen", (("", "admin"),))
VENDOR = (
    FIRST_ADMIN,
    VendorPerson("Ana Ribeiro", ((CSP, "reviewer"), (RETAIL, "reviewer"), (HOSTING, "reviewer"))),
    VendorPerson("Daniel Osei", ((CSP, "reviewer"),)),
    VendorPerson("Marta Kowalska", ((RETAIL, "reviewer"), (RETAIL, "admin"))),
    VendorPerson("Peter Lindqvist", ((CSP, "admin"), (HOSTING, "admin"))),
    VendorPerson("Hannah Brooks", ()),
)

BOTH_ADMIN = {CSP: "admin", RETAIL: "admin", HOSTING: "admin"}
BOTH_USER = {CSP: "user", RETAIL: "user", HOSTING: "user"}
LONG_NAME = (
    "Vereinigte Süddeutsche Systemhaus- und Bürokommunikationsgesellschaft Lautenschläger & Söhne Handels-GmbH & Co. KG"
)

COMPANIES = (
    Company(
        "Fabrikam Retail GmbH",
        "DE",
        "fabrikam.example",
        "EUR",
        "de",
        (
            Site("4871203", "Fabrikam Munich", "Munich", "DE", (CSP, RETAIL, HOSTING)),
            Site("4871204", "Fabrikam Hamburg", "Hamburg", "DE", (CSP, RETAIL)),
            Site("4871205", "Fabrikam Vienna", "Vienna", "AT", (CSP, RETAIL), inactive=(RETAIL,)),
        ),
        (
            Person("Sabine Hofer", ("global_admin",)),
            Person("Katharina Brandl", (), BOTH_ADMIN),
            Person("Jonas Weidner", (), BOTH_USER),
            Person("Uwe Petersen", ("account_admin",)),
            Person("Miriam Schäfer", ("billing_admin",)),
            Person("Tobias Engel"),
            Person("Leonie Kraus", invited=True),
        ),
    ),
    Company(
        "Northwind Traders Ltd",
        "GB",
        "northwind.example",
        "GBP",
        "en",
        (
            Site("5120881", "Northwind London", "London", "GB", (CSP, RETAIL, HOSTING)),
            Site("5120882", "Northwind Manchester", "Manchester", "GB", (CSP,)),
        ),
        (
            Person("Emma Whitfield", ("global_admin",)),
            Person("Oliver Grant", (), BOTH_ADMIN),
            Person("Priya Nair", (), BOTH_USER),
        ),
    ),
    Company(
        "Adatum Informatique SAS",
        "FR",
        "adatum.example",
        "EUR",
        "fr",
        (
            Site("6033417", "Adatum Lyon", "Lyon", "FR", (CSP, RETAIL, HOSTING)),
            Site("6033418", "Adatum Paris", "Paris", "FR", (CSP, RETAIL)),
        ),
        (
            Person("Hélène Mercier", ("global_admin", "billing_admin")),
            Person("Julien Caron", (), BOTH_ADMIN),
            Person("Sophie Lambert", (), BOTH_USER),
        ),
    ),
    Company(
        "Tailspin Systems B.V.",
        "NL",
        "tailspin.example",
        "EUR",
        "nl",
        (Site("7719020", "Tailspin Utrecht", "Utrecht", "NL", (CSP, RETAIL)),),
        (
            Person("Pieter van Dijk", ("global_admin",), {CSP: "admin", RETAIL: "admin"}),
            Person("Lotte Bakker", (), BOTH_USER),
        ),
    ),
    Company(
        LONG_NAME,
        "DE",
        "vsb-systemhaus.example",
        "EUR",
        "de",
        (Site("4902771", "Lautenschläger Stuttgart", "Stuttgart", "DE", (CSP, RETAIL)),),
        (
            Person("Friedrich Lautenschläger", ("global_admin",)),
            Person("Claudia Seidel", (), BOTH_ADMIN),
            Person("Murat Yilmaz", (), BOTH_USER),
        ),
    ),
    Company(
        "Proseware Ibérica S.L.",
        "ES",
        "proseware.example",
        "EUR",
        "es",
        (
            Site("8205146", "Proseware Madrid", "Madrid", "ES", (CSP,)),
            Site("8205147", "Proseware Valencia", "Valencia", "ES", (CSP,)),
        ),
        (
            Person("Carmen Ortega", ("global_admin", "account_admin")),
            Person("Álvaro Ruiz", (), {f"{CSP}@Madrid": "admin"}),
            Person("Lucía Navarro", (), {CSP: "user"}),
        ),
    ),
)
