"""Carries out erasures 执行个人信息删除: destroys the keys a ``SubjectErased`` names, and fills the views again that
had shown what they opened.

The event comes first and stays; what was cut off in the middle is done when this runs next. After a restore of the
keys' database, ``KeyStore.reapply`` destroys again what its register and these events name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from application.acts import Codec
from application.journal import Journal
from application.reacting import Place, Places
from domain import catalogue
from domain.governance.erasure import SubjectErased
from infrastructure.keys import KeyStore
from infrastructure.personal import has_personal
from projections import catalogue as views

PLACE = "destroy_the_keys_of_who_was_erased"
BATCH = 100


class Eraser:
    """Follows the erasures of one journal. ``fill_again`` rebuilds the views of these names."""

    def __init__(
        self,
        journal: Journal,
        codec: Codec,
        keys: KeyStore,
        places: Places,
        fill_again: Callable[[Sequence[str]], object],
    ) -> None:
        self._journal, self._codec, self._keys, self._places = journal, codec, keys, places
        self._fill_again = fill_again

    async def drain(self) -> int:
        """Carry out what was not carried out yet; how many keys were destroyed."""
        place = (await self._places.load()).get(PLACE, Place(PLACE))
        position, destroyed, erased = place.position, 0, False
        while entries := await self._journal.read(position, BATCH, [SubjectErased.__name__]):
            for recorded in self._codec.decode_all(entries):
                event = recorded.event
                assert isinstance(event, SubjectErased)
                destroyed += await asyncio.to_thread(self._keys.erase, event.person, event.purpose, event.ground)
            position, erased = entries[-1].position, True
        if erased:
            shown = views_of_personal_data()
            if shown:
                await asyncio.to_thread(self._fill_again, shown)
            await self._places.save(Place(PLACE, position))
        return destroyed


def views_of_personal_data() -> tuple[str, ...]:
    """The views that are filled from events with personal data."""
    marked = {name for name, kind in catalogue.events().items() if has_personal(kind)}
    return tuple(
        sorted(view.name for view in views.views().values() if view.drawn is None and marked & view.listens.keys())
    )
