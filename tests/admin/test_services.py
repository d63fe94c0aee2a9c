"""Acts done in this process."""

from outrider.admin.services import Here, Services
from outrider.admin.users import ListUsers


async def test_an_act_is_done_here(services: Services) -> None:
    users = await Here(services).do(ListUsers())
    assert [user.address for user in users] == ["alice@example.org", "bob@example.org"]
