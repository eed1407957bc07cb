"""The columns of rosters, by their headers, and what tells the programs apart that write them."""

from collections.abc import Set as AbstractSet

from grader.batch.roster.student import RosterKind

_HEADERS = {
    "id": ("id",),
    "identifier": ("identifier", "rosteridentifier"),
    "name": ("name", "fullname", "student", "studentname", "displayname"),
    "first_name": ("firstname", "givenname", "forename"),
    "last_name": ("lastname", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail"),
    "username": ("username", "login", "loginid", "sisloginid", "userid"),
    "student_id": ("studentid", "sisuserid", "idnumber", "studentnumber", "sid", "matriculationnumber"),
    "github_username": ("githubusername", "githublogin", "github"),
    "github_id": ("githubid",),
    "canvas_id": ("canvasid", "canvasuserid"),
    "moodle_participant": ("moodleparticipant", "participant", "participantid"),
    "group": ("group", "groupname", "groups", "team"),
    "section": ("section", "sections"),
}
FIELD_OF = {header: field for field, headers in _HEADERS.items() for header in headers}
"""What a column holds, by its header as `grader.batch.tables.header_of` gives it."""

_RENAMED = {
    RosterKind.CANVAS: {"id": "canvas_id"},
    RosterKind.MOODLE: {"identifier": "moodle_participant"},
    RosterKind.CLASSROOM50: {"username": "github_username"},
}
_ID_FIELDS = {
    RosterKind.CANVAS: ("canvas_id",),
    RosterKind.MOODLE: ("moodle_participant",),
    RosterKind.CLASSROOM: ("identifier",),
    RosterKind.CLASSROOM50: ("github_username",),
    RosterKind.PLAIN: (
        *("id", "identifier", "student_id", "username", "email", "github_username"),
        *("canvas_id", "moodle_participant"),
    ),
}
IDS = ("canvas_id", "moodle_participant", "student_id", "username", "github_username", "github_id")
"""The fields that a student's `ids` are made of."""


def kind_of(headers: AbstractSet[str]) -> RosterKind:
    """Which program has such columns."""
    if {"student", "id", "section"} <= headers:
        return RosterKind.CANVAS
    if "identifier" in headers and "githubusername" in headers:
        return RosterKind.CLASSROOM
    if "identifier" in headers and headers & {"grade", "maximumgrade", "status"}:
        return RosterKind.MOODLE
    if {"username", "githubid"} <= headers and "githubusername" not in headers:
        return RosterKind.CLASSROOM50
    return RosterKind.PLAIN


def field_of(header: str, kind: RosterKind) -> str:
    """What a column holds; empty if it is of no interest."""
    field = FIELD_OF.get(header, "")
    return _RENAMED.get(kind, {}).get(field, field)


def id_fields(kind: RosterKind) -> tuple[str, ...]:
    """The fields that tell students apart, the best first."""
    return _ID_FIELDS[kind]
