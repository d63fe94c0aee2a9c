"""The sample contacts, as vCards."""

from __future__ import annotations

from datetime import date
from typing import Final

from outrider.admin.samples import pictures
from outrider.admin.samples.letters import (
    BAKERY,
    CAFE,
    GARDEN,
    HARBOUR,
    PRESS,
    PUBLISHER,
    STATION,
    TEA,
    Person,
)
from outrider.domain.items import Contact, Mailbox, Postal
from outrider.formats import vcard

_ALICE: Final = pictures.jpeg("#7fb3a8", pictures.person("#f1c9a5", "#5b3a1e", "#c0392b"))
_BOB: Final = pictures.png("#e0b973", pictures.person("#8d5a3b", "#1c1c1c", "#2c5f8a"))


def cards() -> list[bytes]:
    """Every contact, the drawings in them."""
    return [
        vcard.write(contact, f"sample-{number}@example.org") for number, contact in enumerate(_contacts(), 1)
    ]


def _contacts() -> list[Contact]:
    return [*_people(), *_companies()]


def _people() -> list[Contact]:
    return [
        Contact(
            first_name="Alice",
            last_name="Example",
            email1=Mailbox("Alice Example", "alice@example.org"),
            mobile_phone="+44 20 7946 0101",
            birthday=date(1984, 6, 1),
            home_address=Postal(street="1 Pier Road", city="Exampleton", postal_code="EX1 1AA", country="UK"),
            categories=("Friends",),
            picture=_ALICE,
            note="Prefers carrot cake.",
        ),
        Contact(
            first_name="Bob",
            last_name="Example",
            nickname="Bobby",
            company="Example Lighthouse Trust",
            job_title="Keeper",
            email1=Mailbox("Bob Example", "bob@example.org"),
            mobile_phone="+44 20 7946 0102",
            business_phone="+44 20 7946 0103",
            birthday=date(1980, 2, 29),
            business_address=Postal(street="The Lighthouse\nNorth Pier", city="Exampleton", country="UK"),
            categories=("Friends", "Lighthouse"),
            picture=_BOB,
            note="Up in the tower until noon.\nRings back in the afternoon.",
        ),
    ]


def _companies() -> list[Contact]:
    return [
        _company(
            CAFE,
            phone="+41 44 555 01 01",
            where=Postal(street="Seestrasse 1", city="Zürich", postal_code="8001", country="Schweiz"),
            picture=pictures.jpeg("#8a5a3c", pictures.cup),
        ),
        _company(
            BAKERY,
            phone="+49 30 5550101",
            where=Postal(street="Hauptstraße 5", city="Beispielstadt", country="Deutschland"),
            picture=pictures.jpeg("#9ec5e8", pictures.house),
        ),
        _company(
            PRESS,
            phone="+81 3 5550 0101",
            where=Postal(city="東京", country="日本"),
            yomi="かぶしきがいしゃサンプル",
        ),
        _company(PUBLISHER, phone="+7 495 555 01 01", where=Postal(city="Москва", country="Россия")),
        _company(
            HARBOUR,
            phone="+30 261 055 5010",
            where=Postal(city="Πάτρα", country="Ελλάδα"),
            picture=pictures.png("#1f3b57", pictures.lighthouse),
        ),
        _company(GARDEN, phone="+20 2 5550 1010", where=Postal(city="القاهرة", country="مصر")),
        _company(STATION, phone="+33 1 55 50 10 10", where=Postal(city="Quimper", country="France")),
        _company(TEA, phone="+86 10 5550 1010", where=Postal(city="北京", country="中国")),
        _company(
            ("Example Ferries", "tickets@ferries.example"),
            phone="+44 20 7946 0110",
            where=Postal(street="Ferry Terminal", city="Exampleton", country="UK"),
            picture=pictures.png("#2c5f8a", pictures.lighthouse),
        ),
        _company(
            ("Example Paints", "service@paints.example"), phone="+44 20 7946 0120", where=Postal(country="UK")
        ),
    ]


def _company(
    company: Person, *, phone: str, where: Postal, yomi: str = "", picture: bytes | None = None
) -> Contact:
    name, address = company
    return Contact(
        company=name,
        yomi_company=yomi,
        file_as=name,
        email1=Mailbox(name, address),
        business_phone=phone,
        business_address=where,
        web_page=f"https://{address.rpartition('@')[2]}/",
        categories=("Companies",),
        picture=picture,
    )
