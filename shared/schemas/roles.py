"""The eight roles, what each may do, and who may grant whom: one table for server and apps."""

from enum import StrEnum


class Role(StrEnum):
    """The roles in ascending rank."""

    VIEWER = "viewer"
    MEMBER = "member"
    MEMBER_PLUS = "member_plus"
    PROVIDER = "provider"
    CREATOR = "creator"
    MOD = "mod"
    ADMIN = "admin"
    SUPER_ADMIN = "super_admin"

    @property
    def rank(self) -> int:
        """0 for viewer up to 7 for super admin."""
        return list(Role).index(self)


class Permission(StrEnum):
    """What a route or a room asks for. Ownership comes on top of it."""

    VIEW_SAFE = "view_safe"
    VIEW_ALL = "view_all"
    CHAT = "chat"
    PAY = "pay"
    FOLLOW = "follow"
    AI_BASIC = "ai_basic"
    AI_FULL = "ai_full"
    AI_PRO = "ai_pro"
    AI_CREATOR = "ai_creator"
    AI_DEBUG = "ai_debug"
    OFFER_SERVICES = "offer_services"
    STREAM_LIMITED = "stream_limited"
    STREAM = "stream"
    REPORT = "report"
    MODERATE_OWN_ROOM = "moderate_own_room"
    MODERATE = "moderate"
    ADMINISTER_USERS = "administer_users"
    CONFIG_LIMITED = "config_limited"
    CONFIG_ROOT = "config_root"
    AUDIT_OWN = "audit_own"
    AUDIT_READ = "audit_read"
    AUDIT_EXPORT = "audit_export"


_P = Permission
_VIEWER = frozenset({_P.VIEW_SAFE})
_MEMBER = _VIEWER | {_P.VIEW_ALL, _P.CHAT, _P.PAY, _P.FOLLOW, _P.AI_BASIC, _P.REPORT}
_MEMBER_PLUS = _MEMBER | {_P.AI_FULL}
_PROVIDER = _MEMBER_PLUS | {
    _P.AI_PRO,
    _P.OFFER_SERVICES,
    _P.STREAM_LIMITED,
    _P.MODERATE_OWN_ROOM,
}
_CREATOR = _PROVIDER | {_P.AI_CREATOR, _P.STREAM}
_MOD = _MEMBER_PLUS | {_P.MODERATE, _P.MODERATE_OWN_ROOM, _P.AUDIT_OWN}
_ADMIN = (
    (_CREATOR - {_P.AI_PRO, _P.AI_CREATOR})
    | _MOD
    | {
        _P.ADMINISTER_USERS,
        _P.CONFIG_LIMITED,
        _P.AUDIT_READ,
    }
)
_SUPER_ADMIN = _ADMIN | {
    _P.AI_PRO,
    _P.AI_CREATOR,
    _P.AI_DEBUG,
    _P.CONFIG_ROOT,
    _P.AUDIT_EXPORT,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.MEMBER: _MEMBER,
    Role.MEMBER_PLUS: _MEMBER_PLUS,
    Role.PROVIDER: _PROVIDER,
    Role.CREATOR: _CREATOR,
    Role.MOD: _MOD,
    Role.ADMIN: _ADMIN,
    Role.SUPER_ADMIN: _SUPER_ADMIN,
}


def may(role: Role, permission: Permission) -> bool:
    """Whether the role table grants the permission (ownership is the caller's to check)."""
    return permission in ROLE_PERMISSIONS[role]


def may_grant(granter: Role, current: Role, wanted: Role) -> bool:
    """Whether `granter` may turn `current` into `wanted`: never at or above its own rank."""
    return (
        may(granter, Permission.ADMINISTER_USERS)
        and current.rank < granter.rank
        and wanted.rank < granter.rank
    )
