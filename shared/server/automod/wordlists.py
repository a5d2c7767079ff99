"""What people may not call or do to each other in a room, in English and Dutch.

Matched against folded readings of a text (see `ai.text.readings`). `~` at either end lets the
word go on there: Dutch writes compounds as one word, so an insult hides in front or behind.
"""

HATE = (
    # English
    "nigger~", "nigga~", "faggot~", "fagot~", "tranny", "trannies", "kike", "kikes", "spic",
    "spics", "chink", "chinks", "wetback~", "retard", "retards", "retarded", "gas the jews",
    "heil hitler", "white power", "go back to your country",
    # Dutch
    "~nikker", "~nikkers", "kutmarokkaan~", "kutturk~", "kutjood", "kutjoden", "jodenhoer~",
    "vuile jood", "vuile turk", "vuile marokkaan", "kankerneger~", "kutneger~", "~flikker",
    "~flikkers", "kankerhomo~", "kuthomo~", "kankermongool~", "~mongool", "~mongolen",
    "ga terug naar je eigen land", "eigen volk eerst", "sieg heil",
)  # fmt: skip

THREAT = (
    # English
    "i will kill you", "i ll kill you", "ill kill you", "im gonna kill you", "i will hurt you",
    "i will find you", "ill find you", "i know where you live", "i will rape~", "you will die",
    "watch your back", "i will beat you", "burn your house",
    # Dutch
    "ik maak je af", "ik maak je dood", "ik vermoord je", "ik sla je", "ik steek je",
    "ik weet waar je woont", "ik weet je te vinden", "ik kom je halen", "ik ga je vermoorden",
    "je gaat eraan", "kijk maar uit jij", "ik verkracht~",
)  # fmt: skip

INSULT = (
    # English
    "bitch", "bitches", "~whore", "~whores", "slut", "sluts", "cunt", "cunts", "~asshole",
    "~assholes", "dickhead~", "motherfucker~", "fuck you", "fuck off", "piece of shit", "fatso",
    "fat pig", "fat cow", "ugly cow", "scumbag~", "wanker", "wankers", "twat", "twats",
    "go to hell", "shut up bitch",
    # Dutch
    "~hoer", "~hoeren", "~hoertje", "~slet", "~sletten", "~sletje", "kutwijf~", "kankerwijf~",
    "teringwijf~", "rotwijf~", "klotewijf~", "~klootzak", "~klootzakken", "~eikel", "lul",
    "lullen", "~teef", "kankerlijer~", "teringlijer~", "tyfuslijer~", "kanker op", "krijg kanker",
    "krijg de tering", "krijg de tyfus", "rot op", "flikker op", "tering op", "bek dicht",
    "dikke koe", "vet varken", "dik varken", "lelijk varken", "achterlijke~",
)  # fmt: skip
