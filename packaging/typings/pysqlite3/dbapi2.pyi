"""pysqlite3 is the standard library's sqlite3 on a newer SQLite, with the same interface."""

from sqlite3.dbapi2 import *
