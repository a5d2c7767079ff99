"""The stage: StripSync actions, unlockables, duels, spin and achievements."""

from shared.server.core import Area, Core, Services
from shared.server.room.restrictions import Restrictions
from shared.server.show.service import ShowService
from shared.server.stage.achievements import Achievements
from shared.server.stage.actions import StageActions
from shared.server.stage.duels import Duels
from shared.server.stage.endpoints import ROUTER
from shared.server.stage.spins import Spins
from shared.server.stage.unlockables import Unlockables
from shared.server.streams.service import StreamService
from shared.server.wallet.service import WalletService


def _build(core: Core, services: Services) -> None:
    streams, show = services.get(StreamService), services.get(ShowService)
    wallet, restrictions = services.get(WalletService), services.get(Restrictions)
    actions = StageActions(core, streams, show, restrictions)
    unlockables = Unlockables(core, streams, restrictions)
    duels = Duels(core, streams, restrictions)
    spins = Spins(
        core,
        streams=streams,
        show=show,
        wallet=wallet,
        actions=actions,
        restrictions=restrictions,
    )
    achievements = Achievements(core)
    for service in (actions, unlockables, duels, spins, achievements):
        services.add(service)
    wallet.on_menu(actions.ordered)
    wallet.on_spent(unlockables.spent)
    wallet.on_spent(duels.spent)
    wallet.on_spent(achievements.spent)
    services.run("end duels", duels.run)


AREA = Area("stage", _build, (ROUTER,))
