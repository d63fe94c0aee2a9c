"""Acts done in this process."""

from outrider.admin.here import Here
from outrider.admin.services import Services
from outrider.admin.users import DisableUser, ListUsers

ALICE = "alice@example.org"


async def test_an_act_is_done_here(services: Services) -> None:
    users = await Here(services, "carol").do(ListUsers())
    assert [user.address for user in users] == [ALICE, "bob@example.org"]


async def test_it_is_written_down_for_whoever_does_it(services: Services) -> None:
    await Here(services, "carol").do(DisableUser(ALICE))
    [(_, line)] = await services.store.audit.read()
    assert (line.actor, line.act) == ("carol", "user.disable")
