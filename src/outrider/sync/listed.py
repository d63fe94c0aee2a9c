"""Accounts whose source can only list, as accounts with the usual roles."""

from __future__ import annotations

from msgspec import Struct

from outrider.domain.roles import Directory, FreeBusy, Identity, OutOfOffice, Search, Submit, Traits
from outrider.domain.sources import Source
from outrider.sync.feed import ListedFeed, Looks
from outrider.sync.numbered import NumberedFolders, NumberedItems


class ListedAccount(Struct, frozen=True, kw_only=True):
    """One user's roles."""

    identity: Identity
    traits: Traits
    folders: NumberedFolders
    feed: ListedFeed
    items: NumberedItems
    submit: Submit
    directory: Directory
    search: Search | None = None
    free_busy: FreeBusy | None = None
    out_of_office: OutOfOffice | None = None


def open_listed(
    looks: Looks, identity: Identity, source: Source, *, submit: Submit, directory: Directory
) -> ListedAccount:
    """The account of a user, over their part of the source; touches nothing."""
    address = identity.address
    return ListedAccount(
        identity=identity,
        traits=Traits(notifies=source.notifies),
        folders=NumberedFolders(address, source, looks),
        feed=ListedFeed(address, source, looks),
        items=NumberedItems(address, source, looks),
        submit=submit,
        directory=directory,
    )
