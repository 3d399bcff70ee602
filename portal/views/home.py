from core.views import Page


class Home(Page):
    permission = "accounts.use"
    template = "portal/home.html"


class Inbox(Page):
    permission = "accounts.use"
    template = "portal/inbox.html"


class Search(Page):
    permission = "accounts.use"
    template = "portal/search.html"
