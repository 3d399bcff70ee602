"""What a person sees on a page, read from its HTML."""

from lxml import html


class Seen:
    """A page as read: texts without superfluous blanks."""

    def __init__(self, response):
        self.status = response.status_code
        self.tree = html.fromstring(response.content.decode())

    def find(self, xpath):
        return self.tree.xpath(xpath)

    def texts(self, xpath):
        return [" ".join(node.text_content().split()) for node in self.find(xpath)]

    def text(self, xpath):
        [only] = self.texts(xpath)
        return only

    @property
    def ids(self):
        return self.find("//@id")

    @property
    def cards(self):
        """Card -> state, as the page marks it."""
        sections = self.find("//section[@data-state]")
        return {one.get("id").removeprefix("card-"): one.get("data-state") for one in sections}

    @property
    def left(self):
        """Addresses of "before you send"."""
        return self.find("//section[@id='left']//li//a/@href")

    @property
    def wrong_fields(self):
        return sorted(self.find("//*[@aria-invalid='true']/@name"))

    @property
    def problems(self):
        return self.texts("//*[@data-problem]")

    @property
    def flashes(self):
        return self.texts("//*[@data-flash]")

    @property
    def form_actions(self):
        """Where the forms of the content lead."""
        return self.find("//main//form[@method='post']/@action")

    @property
    def files(self):
        """File name -> state, of every file row."""
        rows = self.find("//*[@data-document]")
        return {row.xpath("string(.//*[@title]/@title)"): row.get("data-state") for row in rows}

    def value(self, name):
        [value] = self.find(f"//*[@name='{name}']/@value")
        return value

    def amounts(self):
        """The ladder of amounts, label -> figure."""
        rows = self.find("//*[@id='part-amount']//dl/div")
        return {" ".join(row.xpath("string(dt)").split()): " ".join(row.xpath("string(dd)").split()) for row in rows}
