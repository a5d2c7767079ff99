"""Every table of the server, imported so that tests can compare them with the migrations."""

from shared.server.accounts import tables as accounts
from shared.server.db.base import Base
from shared.server.http import tables as http
from shared.server.realtime import tables as realtime

TABLES = (accounts, http, realtime)
"""The modules that declare tables; add an area's own here."""

METADATA = Base.metadata
