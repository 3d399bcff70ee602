"""Real small files, as uploads the handler of core/uploads.py would leave."""

import hashlib
import io
import zlib
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

_number = count(1)


def picture(color=None, size=(64, 48), kind="PNG"):
    number = next(_number)
    buffer = io.BytesIO()
    Image.new("RGB", size, color or (number % 256, number // 256 % 256, 90)).save(buffer, kind)
    return buffer.getvalue()


def pdf(text="Invoice"):
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    page = Canvas(buffer)
    page.drawString(72, 720, f"{text} {next(_number)}")
    page.drawString(72, 700, "Readable text of a document made for a test.")
    page.save()
    return buffer.getvalue()


def upload(content=None, name="photo.png", content_type="image/png"):
    content = picture() if content is None else content
    file = SimpleUploadedFile(name, content, content_type)
    file.sent_name = name
    file.sha256 = hashlib.sha256(content).hexdigest()
    file.crc32 = zlib.crc32(content)
    file.byte_count = len(content)
    file.too_large = False
    return file


def pdf_upload(name="invoice.pdf", text="Invoice"):
    return upload(pdf(text), name, "application/pdf")
