"""Static files come out of the packages by name, and only those that are named."""

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

SERVED = [
    "lib/tabler/css/tabler.min.css",
    "lib/tabler/js/tabler.min.js",
    "lib/icons/tabler-sprite.svg",
    "lib/inter/wght.css",
    "lib/inter/files/inter-latin-wght-normal.woff2",
    "lib/uppy/uppy.min.mjs",
    "lib/uppy/uppy.min.css",
    "lib/pdfjs/build/pdf.min.mjs",
    "lib/pdfjs/build/pdf.worker.min.mjs",
    "django_htmx/htmx-2.min.js",
]


@pytest.mark.parametrize("name", SERVED)
def test_named_files_are_found(name):
    assert finders.find(name).endswith(name.rsplit("/", 1)[1])


@pytest.mark.parametrize("name", ["lib/tabler/css/tabler.css", "lib/pdfjs/package.json", "lib/inter/LICENSE"])
def test_other_files_of_a_package_are_not(name):
    assert finders.find(name) is None


@pytest.mark.slow
def test_packed_names_carry_a_hash_and_unknown_names_stay(settings, tmp_path):
    from config.static import PackedStorage

    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static.PackedStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    storage = PackedStorage(location=tmp_path, base_url="/static/")
    packed = storage.stored_name("lib/inter/wght.css")
    assert packed != "lib/inter/wght.css" and storage.exists(packed)
    font = storage.stored_name("lib/inter/files/inter-latin-wght-normal.woff2").rsplit("/", 1)[1]
    assert font in (tmp_path / packed).read_text()
    assert storage.stored_name("no/such.css") == "no/such.css"
