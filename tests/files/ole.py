"""Small OLE containers, and Outlook e-mails made of them."""

import struct

SECTOR, MINI = 512, 64
FREE, CHAIN_END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MINI_LIMIT = 4_096

Tree = dict[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """An OLE container: names with bytes are its files, names with a tree its folders."""
    entries: list[dict] = [{"name": "Root Entry", "kind": 5, "data": b"", "child": NONE, "right": NONE}]
    _add(entries, 0, tree)
    mini = bytearray()
    mini_chain: list[int] = []
    sectors: list[bytes] = []
    chain: list[int] = []
    for entry in entries[1:]:
        data = entry["data"]
        entry["start"] = CHAIN_END
        if data and len(data) < MINI_LIMIT:
            entry["start"] = len(mini_chain)
            _chain(mini_chain, -(-len(data) // MINI))
            mini += data.ljust(-(-len(data) // MINI) * MINI, b"\0")
        elif data:
            entry["start"] = _store(sectors, chain, data)
    entries[0] |= {"data": bytes(mini), "start": _store(sectors, chain, bytes(mini)) if mini else CHAIN_END}
    directory = _store(sectors, chain, b"".join(_line(entry) for entry in entries))
    packed = b"".join(struct.pack("<I", at) for at in mini_chain)
    mini_fat = _store(sectors, chain, packed, b"\xff") if packed else CHAIN_END
    return _file(sectors, chain, directory, mini_fat, -(-len(packed) // SECTOR))


def _add(entries: list[dict], parent: int, tree: Tree) -> None:
    before = 0
    for name in sorted(tree, key=lambda one: (len(one), one.upper())):
        at = len(entries)
        content = tree[name]
        folder = isinstance(content, dict)
        entries.append(
            {"name": name, "kind": 1 if folder else 2, "data": b"" if folder else content, "child": NONE, "right": NONE}
        )
        if before:
            entries[before]["right"] = at
        else:
            entries[parent]["child"] = at
        before = at
        if folder:
            _add(entries, at, content)


def _chain(chain: list[int], count: int) -> None:
    first = len(chain)
    chain += [*range(first + 1, first + count), CHAIN_END]


def _store(sectors: list[bytes], chain: list[int], data: bytes, fill: bytes = b"\0") -> int:
    first = len(sectors)
    parts = [data[at : at + SECTOR].ljust(SECTOR, fill) for at in range(0, len(data), SECTOR)]
    sectors += parts
    _chain(chain, len(parts))
    return first


def _line(entry: dict) -> bytes:
    name = (entry["name"] + "\0").encode("utf-16-le")
    start = entry["start"]
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(name), entry["kind"], 1, NONE, entry["right"], entry["child"])
        + bytes(36)
        + struct.pack("<IQ", start, len(entry["data"]))
    )


def _file(sectors: list[bytes], chain: list[int], directory: int, mini_fat: int, mini_sectors: int) -> bytes:
    tables = 1
    while (len(chain) + tables) * 4 > tables * SECTOR:
        tables += 1
    first = len(chain)
    table = b"".join(struct.pack("<I", at) for at in [*chain, *[FAT_SECTOR] * tables])
    head = START + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, tables, directory, 0, MINI_LIMIT, mini_fat, mini_sectors, CHAIN_END, 0)
    head += b"".join(struct.pack("<I", at) for at in range(first, first + tables)).ljust(436, b"\xff")
    return head + b"".join(sectors) + table.ljust(tables * SECTOR, b"\xff")


# Outlook ------------------------------------------------------------------------------------------------

_TEXT, _BYTES, _NUMBER, _TIME = 0x001F, 0x0102, 0x0003, 0x0040
_CLASS, _SUBJECT, _SENDER, _ADDRESS, _BODY, _SENT = 0x001A, 0x0037, 0x0C1A, 0x0C1F, 0x1000, 0x0039
_DATA, _METHOD, _NAME, _SHOWN, _MAIL = 0x3701, 0x3705, 0x3707, 0x3001, 0x39FE
# 12 March 2026, 9:00, in steps of 100 nanoseconds since 1601.
_SENT_AT = 134_177_796_000_000_000


def _storage(header: int, values: dict[tuple[int, int], bytes | int]) -> Tree:
    lines, files = b"", {}
    for (number, kind), value in values.items():
        if isinstance(value, int):
            lines += struct.pack("<HHIQ", kind, number, 6, value)
        else:
            lines += struct.pack("<HHIII", kind, number, 6, len(value), 0)
            files[f"__substg1.0_{number:04X}{kind:04X}"] = value
    return {"__properties_version1.0": bytes(header) + lines, **files}


def _text(value: str) -> bytes:
    return value.encode("utf-16-le")


def message_tree(
    attachments: dict[str, bytes] | None = None, body: str = "The flyers are out.", kind: str = "IPM.Note"
) -> Tree:
    """The folders of an Outlook e-mail."""
    tree = _storage(
        32,
        {
            (_CLASS, _TEXT): _text(kind),
            (_SUBJECT, _TEXT): _text("Flyers, spring campaign"),
            (_SENDER, _TEXT): _text("Nora Print"),
            (_ADDRESS, _TEXT): _text("nora@print.example"),
            (_BODY, _TEXT): _text(body),
            (_SENT, _TIME): _SENT_AT,
        },
    )
    tree["__recip_version1.0_#00000000"] = _storage(
        8, {(_SHOWN, _TEXT): _text("Jonas Weidner"), (_MAIL, _TEXT): _text("jonas@fabrikam.example")}
    )
    for at, (name, data) in enumerate((attachments or {}).items()):
        tree[f"__attach_version1.0_#{at:08X}"] = _storage(
            8, {(_NAME, _TEXT): _text(name), (_DATA, _BYTES): data, (_METHOD, _NUMBER): 1}
        )
    return tree


def outlook(
    attachments: dict[str, bytes] | None = None, body: str = "The flyers are out.", kind: str = "IPM.Note"
) -> bytes:
    """An e-mail as Outlook saves it."""
    return compound(message_tree(attachments, body, kind))


def outlook_holding(inner: Tree) -> bytes:
    """An Outlook e-mail with another one attached as an item of Outlook."""
    tree = message_tree()
    held = _storage(8, {(_NAME, _TEXT): _text("Forwarded"), (_METHOD, _NUMBER): 5})
    held["__substg1.0_3701000D"] = inner
    tree["__attach_version1.0_#00000000"] = held
    return compound(tree)


def old_word() -> bytes:
    return compound({"WordDocument": bytes(5_000), "1Table": bytes(5_000)})


def locked_office() -> bytes:
    """What Office makes of a document with a password."""
    return compound({"EncryptionInfo": bytes(200), "EncryptedPackage": bytes(6_000)})
