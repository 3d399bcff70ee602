"""People in front of browsers: each has a context of their own and does what the page offers."""

import re

from demo.seed.cast import PASSWORD


class Person:
    def __init__(self, name, email, new_context, app, password=PASSWORD, **options):
        self.name, self.email, self.app, self.password = name, email, app, password
        self.context = new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)

    def sign_in(self):
        self.page.goto(f"{self.app.url}/accounts/login/")
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.app.url}/")
        return self

    def open(self, path):
        self.page.goto(path if path.startswith("http") else self.app.url + path)
        return self.page

    def follow(self, name, role="link"):
        """Press the one thing of that name."""
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def press(self, name):
        self.follow(name, role="button")

    def fill(self, **values):
        """Type into fields by their label, underscores for spaces."""
        for label, value in values.items():
            self.page.get_by_label(re.compile(rf"^{label.replace('_', ' ')}( optional)?$")).first.fill(value)

    def reads(self, text):
        """The text is on the page; returns its place."""
        place = self.page.get_by_text(text).first
        place.wait_for()
        return place
