"""Every number of the checks, each with its reason.

Memory: one check of one file holds the file (≤ 50 MB), one decoded picture (≤ 50 MP × 4 bytes = 200 MB) or
one opened PDF; a worker process therefore needs about 400 MB at worst.
"""

from core import uploads

MEGABYTE = 1024 * 1024

# As many as an upload may bring in; the reason stands where they arrive.
MAX_FILE_BYTES = uploads.MAX_FILE_BYTES

# A proof with more than this is a dump of a folder, not evidence a reviewer can read.
MAX_FILES_PER_PROOF = 100

# Forty receipts a week for a year. What is left beyond that is an archive: nobody puts it on a proof any more.
MAX_FILES_PER_BIN = 2_000

# The largest phone sensors in use give 48-50 MP; decoded at 4 bytes a pixel that is 200 MB.
MAX_PIXELS = 50_000_000

# Evidence, not archives: a reviewer reads every page, and text of 300 pages takes well under a second.
MAX_PDF_PAGES = 300

# The limit of every common file system, and of the column that keeps the name.
MAX_NAME_LENGTH = 255

# A type is recognised in its first bytes. Readers accept a PDF header anywhere in the first 1,024 bytes.
HEAD_BYTES = 1024

# Readers look for the end mark of a PDF in the last 1,024 bytes.
PDF_TAIL_BYTES = 1024

# Pictures are decoded at or above this edge where the format can decode smaller (JPEG): enough for a
# thumbnail and a near-duplicate hash, at a quarter of the time.
DRAFT_EDGE = 1024

# Animations: frames counted before we stop counting.
MAX_FRAMES = 2_000

# Parts (segments, chunks, blocks) of one picture file walked through. Camera files have some hundreds; a 50
# MB animation about 200,000 blocks.
MAX_PICTURE_PARTS = 1_000_000

# A scanned file of more pages belongs into a PDF; pages are counted so far. One page has about 20 tags, and
# at most one strip for every 8 kB of 50 megapixels.
MAX_TIFF_PAGES = 300
MAX_TIFF_TAGS = 1_000
MAX_TIFF_STRIPS = 50_000

# All pages of one TIFF file together: some forty pages of A4 at 300 dots an inch, decoded in a few seconds.
MAX_TIFF_PIXELS = 400_000_000

# Scans of one progressive JPEG: every scan passes over the whole picture again. Programs write about ten.
MAX_JPEG_SCANS = 200

# Pictures behind the first in one JPEG file walked through: cameras write up to three previews.
MAX_JPEG_PREVIEWS = 20

# Boxes outermost in one HEIC, MP4 or MOV file. A film written in pieces has two for every second.
MAX_BOXES = 20_000

# Frames of sound of one MP3 file: 50 MB in the smallest frames in use (72 bytes).
MAX_MP3_FRAMES = 800_000

# Longer than a whole evening on the air: a broadcast proof shows one spot, and 50 MB hold no more.
MAX_MEDIA_SECONDS = 6 * 3_600
# Pictures, sound, subtitles, and the tracks in which phones keep place and movement.
MAX_MEDIA_STREAMS = 20
# Parts of one film or recording walked through, and seconds this may take. 50 MB of speech have about 150,000.
MAX_MEDIA_PACKETS = 500_000
MAX_MEDIA_WALK_SECONDS = 8.0
# Packets of one stream that may go by until its first picture or sound is decoded.
MEDIA_DECODED_PACKETS = 50

# Lines of a CSV table looked through, and characters of one cell; a spreadsheet takes 1,048,576 and 32,767.
MAX_TABLE_LINES = 200_000
MAX_TABLE_CELL = 32_767
# Characters at the head of a table by which its separator is found.
TABLE_SAMPLE = 16_384

# Bytes that compressed object streams of one PDF may expand to, all together. Honest files of 300 pages stay
# under 10 MB; a "bomb" reaches gigabytes.
MAX_PDF_EXPANDED_BYTES = 64 * MEGABYTE

# Memory qpdf may use for one compressed stream (its process-wide limit, same reason).
MAX_PDF_STREAM_BYTES = 64 * MEGABYTE

# Drawing commands of one page, expanded. A full page of text has 10 kB, a dense technical drawing some MB;
# readers need about a hundred times as much memory to show them.
MAX_PDF_PAGE_BYTES = 16 * MEGABYTE

# Objects of one PDF looked at. 300 pages exported by an office program have about 20,000.
MAX_PDF_OBJECTS = 200_000

# Values inside one object looked at when its names raise a suspicion.
MAX_PDF_NODES = 100_000

# Suspicious names in the raw bytes looked at closely (is it inside a string?), and looked at in all. A file
# with more of them is treated as active.
MAX_PDF_HITS = 200
MAX_PDF_NAMES = 100_000

# Seconds the walk through the objects of one PDF may take; the worker's own time limit is the outer wall.
MAX_PDF_SECONDS = 15.0

# Pages read in search of text before a PDF is called a scan, and letters that make a page readable.
PDF_TEXT_PAGES = 3
PDF_TEXT_LETTERS = 10

# A message names so many embedded files; the rest is counted. Letters of one name or address in a message.
NAMED_ATTACHMENTS = 5
QUOTED_LETTERS = 120

# ZIP containers (office files). A presentation of 200 slides has about 2,000 parts.
MAX_ZIP_ENTRIES = 5_000

# What an office file may expand to in all; 50 MB of honest ones are mostly pictures, which hardly expand.
MAX_ZIP_EXPANDED_BYTES = 200 * MEGABYTE

# XML shrinks to a twentieth, long tables of the same numbers to a hundredth, a "bomb" to a thousandth. Asked of
# large entries only: a blank picture shrinks as far as a bomb and harms nobody.
MAX_ZIP_RATIO = 200
ZIP_RATIO_FROM_BYTES = 16 * MEGABYTE

# An entry is expanded piece by piece, so that memory does not grow with what it promises.
ZIP_CHUNK_BYTES = 256 * 1024

# The list of parts in a package: about 100 bytes a part.
MAX_CONTENT_TYPES_BYTES = MEGABYTE

# Packages inside packages looked into: a document with a chart whose numbers are a workbook has one.
MAX_ZIP_DEPTH = 2

# A package inside a package is held in memory while it is looked into.
MAX_INNER_PACKAGE_BYTES = 20 * MEGABYTE

# Elements of one XML part nested in each other: honest documents have under 100.
MAX_XML_DEPTH = 500

# Seconds of work the walk through one office file may take; the worker's own time limit is the outer wall.
MAX_OFFICE_SECONDS = 10.0

# Letters of an office file or e-mail kept to be read on its sheet, and strings of a workbook kept for it.
MAX_SHOWN_LETTERS = 5_000
MAX_SHARED_STRINGS = 2_000

# Saved e-mails. Headers of a much forwarded mail have 30 kB; those that say what a part is, under 2 kB.
MAX_MAIL_HEADER_BYTES = 256 * 1024
MAX_PART_HEADER_BYTES = 4 * 1024

# Parts of one e-mail walked through, and files attached to one: a newsletter has 30 pictures.
MAX_MAIL_PARTS = 500
MAX_MAIL_ATTACHMENTS = 50

# Lines of one e-mail: 50 MB of attachments, encoded in lines of 76 letters, have 700,000.
MAX_MAIL_LINES = 1_500_000

# E-mails inside e-mails, the outer one included: a forwarded forward. And what all of them may hold together,
# which is what the file itself may hold: attachments never grow by being taken out.
MAX_MAIL_DEPTH = 3
MAX_MAIL_BYTES = MAX_FILE_BYTES

# Seconds of work for taking an e-mail apart, and for it with all its attachments: below the worker's time limit.
MAX_MAIL_PARSE_SECONDS = 6.0
MAX_MAIL_SECONDS = 14.0

# Text of an e-mail turned from a web page into plain text: enough for what is shown.
MAX_MAIL_HTML = 200_000

# People an e-mail was sent to who are shown; letters of one address or subject kept.
MAX_MAIL_PEOPLE = 20
MAX_MAIL_LINE = 300

# Entries of an Outlook file: 50 attachments and 200 people of 20 properties each.
MAX_OLE_ENTRIES = 10_000

# Walls around a process that checks files, since the parsers are C code on hostile input: address space (the
# sum at the head of this file, twice, and the libraries themselves) and seconds for one file. A process that
# runs into them is lost; a file that loses two of them is refused (D-20).
MAX_PROCESS_BYTES = 2_048 * MEGABYTE
MAX_FILE_SECONDS = 50

# Seconds of a processor for one file, enforced by the kernel: it holds also where a decoder uses several threads or
# the process that looks at the clock is busy. The worst hostile files of our tests need a third of it.
MAX_FILE_CPU_SECONDS = 30

# Seconds without an answer from the malware scanner. Below the 60 seconds in which every file has its
# verdict (D-20).
SCANNER_SECONDS = 30.0

# Viewable copies: an edge that shows a page of A4 at 140 dots an inch, which reads well on any screen; a thumbnail as
# large as a card at double resolution; a quality at which small print stays clean; and pages and seconds for one file.
MAX_COPY_EDGE = 1_600
THUMBNAIL_EDGE = 320
COPY_QUALITY = 82
MAX_COPY_PAGES = 300
MAX_COPY_SECONDS = 60.0
