"""Who lives in the demo: one account for each role, and enough members to fill a room."""

from dataclasses import dataclass

from shared.schemas.moderation import ReportReason
from shared.schemas.roles import Role

DOMAIN = "teezu.example.com"
"""Reserved by RFC 2606: no mail ever goes there."""
MEMBERS = 24


@dataclass(frozen=True, slots=True)
class Person:
    """One demo account to be."""

    role: Role
    name: str
    display_name: str
    bio: str = ""
    tags: tuple[str, ...] = ()
    locale: str = "en"
    tokens: int = 0

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.name}@{DOMAIN}"


_MEMBER_NAMES = (
    *("Alex", "Anna", "Bo", "Chris", "Daan", "Eva", "Finn", "Gwen"),
    *("Hugo", "Iris", "Jules", "Kai", "Lotte", "Max", "Nina", "Otis"),
    *("Puck", "Quinn", "Robin", "Sanne", "Tess", "Umar", "Vera", "Wout"),
)

PEOPLE: tuple[Person, ...] = (
    Person(Role.SUPER_ADMIN, "root", "Robin Root"),
    Person(Role.ADMIN, "admin", "Ada Admin"),
    Person(Role.MOD, "moderator", "Mika Moderator"),
    Person(Role.MOD, "moderator2", "Noor Moderator", locale="nl"),
    Person(
        Role.CREATOR,
        "creator",
        "Luna Lumen",
        bio="Late evening talks, live piano and too many houseplants. Be kind, stay a while.",
        tags=("piano", "talk", "cosy"),
        tokens=500,
    ),
    Person(
        Role.CREATOR,
        "creator2",
        "Jazz Jansen",
        bio="Dancing, cooking and laughing at my own jokes.",
        tags=("dance", "cooking"),
        tokens=500,
    ),
    Person(Role.PROVIDER, "provider", "Pia Provider", bio="Voice messages and life advice."),
    Person(Role.MEMBER_PLUS, "plus", "Piet Plus", tokens=20_000),
    *(
        Person(
            Role.MEMBER,
            f"member{number}",
            name,
            tokens=50_000,
            locale="nl" if number % 3 == 0 else "en",
        )
        for number, name in enumerate(_MEMBER_NAMES[:MEMBERS], 1)
    ),
    Person(Role.VIEWER, "viewer", "Vic Viewer"),
)
"""Everybody, highest role first; the first of each role is the one guides name."""

GOALS = (("A song you choose", 500), ("Piano by candlelight", 2_000), ("Midnight story", 5_000))

TIP_MENU: tuple[tuple[str, int, int | None], ...] = (
    ("Say my name", 10, None),
    ("A wink to the camera", 25, None),
    ("Dedicate a song", 75, 180),
    ("Tell a secret about the piano", 120, None),
    ("Dance break", 200, 60),
    ("You choose the next colour of the lights", 350, 600),
)

CONVERSATION: tuple[tuple[str, str, str], ...] = (
    (
        "Alex",
        "Hi Luna! How are you tonight?",
        "Hi Alex! I am great, tea is hot and lights are low.",
    ),
    ("Anna", "What do you play tonight?", "I start with Satie, then whatever you all ask for."),
    ("Bo", "How long have you been playing piano?", "Since I was six, so about twenty years now."),
    ("Chris", "Where do you stream from?", "From a small attic in the lowlands full of plants."),
    ("Daan", "Welke muziek vind je het mooist?", "Ik ben dol op Satie en op oude jazz, Daan."),
    ("Eva", "When are you live again?", "Every evening from nine, and Sundays from the afternoon."),
    ("Finn", "Do you take song requests?", "Yes! Use the tip menu, it is called Dedicate a song."),
    ("Gwen", "What is the name of your cat?", "She is called Mochi and she owns the piano stool."),
    ("Hugo", "Are you tired?", "A little, but your messages keep me awake and smiling."),
    ("Iris", "What tea is that?", "Ginger with honey. My voice needs it after all the talking."),
    (
        "Jules",
        "Can you play something happy?",
        "Of course, hold on to your chair, here is ragtime.",
    ),
    ("Kai", "What is your favourite colour?", "Deep blue, like the lamp behind me."),
    ("Lotte", "Hoe lang blijf je vanavond live?", "Tot middernacht ongeveer, Lotte, gezellig!"),
    ("Max", "What are the goals for tonight?", "A song you choose first, then candlelight piano."),
    ("Nina", "Did you write that yourself?", "I did! It has no name yet, ideas are welcome."),
    ("Otis", "Any advice for learning piano?", "Ten minutes a day beats two hours on Sunday."),
    ("Puck", "Do you ever play outside?", "Sometimes at the station, there is a lovely old piano."),
    ("Quinn", "What keeps you motivated?", "This room. Really. You are the nicest people."),
    ("Robin", "Is there a new song soon?", "Yes, I am practising a Chopin nocturne, be patient."),
    ("Sanne", "Wat eet je het liefst?", "Pannenkoeken met stroop, elke dag als het mocht."),
    ("Tess", "How do tips help you?", "They pay for the tuner, and for Mochi's snacks of course."),
    ("Umar", "What is midnight story?", "At 5,000 I light a candle and tell a story I made up."),
    ("Vera", "Do you like rain?", "I love rain on the attic window, it is the best metronome."),
    ("Wout", "Good night Luna!", "Good night Wout, sleep well and come back tomorrow!"),
)
"""Who asked Luna what in her last stream, and what she answered: Teezer learns from it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line of Luna's last stream that somebody reported, so that the queue is not empty."""

    author: str
    text: str
    reason: ReportReason
    reports: tuple[tuple[str, str], ...]
    """Who reported it, and what they noted."""


TROUBLE: tuple[Trouble, ...] = (
    Trouble(
        "Quinn",
        "Cheap tokens!! Write to me and I sell you 1,000 for a tenner, only tonight",
        ReportReason.FRAUD,
        (("Anna", "Sent this to me in private, too."), ("Otis", "")),
    ),
    Trouble(
        "Hugo",
        "You play like a washing machine, do us all a favour and stop",
        ReportReason.HARASSMENT,
        (("Piet Plus", "The third time this week."),),
    ),
    Trouble(
        "Kai",
        "Nice plants! come and see mine at plants.example, plants.example, plants.example",
        ReportReason.SPAM,
        (("Tess", ""),),
    ),
)
