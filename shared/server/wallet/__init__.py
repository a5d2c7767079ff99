"""Money: the ledger, purchases and tips."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.server.accounts.service import AccountService
from shared.server.core import Area, Core, Services
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.show.mood import MoodService
from shared.server.show.service import ShowService
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.wallet import endpoints, gifts
from shared.server.wallet.acquirers import load_acquirer
from shared.server.wallet.gifts import GiftService
from shared.server.wallet.payment_events import PaymentEvents
from shared.server.wallet.payments import Payments
from shared.server.wallet.service import WalletService


def _build(core: Core, services: Services) -> None:
    processor = load_acquirer(core.settings.payment_processor)
    payments = Payments(core, processor)
    services.add(payments)
    wallet = WalletService(
        core,
        streams=services.get(StreamService),
        show=services.get(ShowService),
        moods=services.get(MoodService),
        restrictions=services.get(Restrictions),
    )
    services.add(wallet)
    services.add(
        PaymentEvents(core, services.get(AccountService), payments, processor=processor.name)
    )
    services.add(GiftService(core, wallet, services.get(ShowService)))

    async def shown(db: AsyncConnection, caller: Caller, stream: StreamRecord) -> Mapping[str, Any]:
        return {"tips": await wallet.latest(db, stream.id)}

    services.get(RoomService).show(shown)


AREA = Area("wallet", _build, (endpoints.ROUTER, gifts.ROUTER))
