"""Sentences that the toxicity model learns from, composed of our own words in two languages.

Not a sample of real chat: it teaches what belittling, rejecting and wishing harm look like in
English and Dutch, next to kind, neutral and merely critical sentences of the same shape.
"""

import random
from collections.abc import Iterator

_EN_BELITTLING = (
    "pathetic", "disgusting", "worthless", "useless", "stupid", "dumb", "an idiot", "a moron",
    "a loser", "a joke", "trash", "garbage", "ugly", "gross", "repulsive", "a clown", "a failure",
    "brainless", "a waste of space", "vile", "filthy", "a fraud", "talentless", "an embarrassment",
    "nothing", "a freak", "hideous", "a creep", "a pig", "a cow", "an imbecile", "a fool", "scum",
    "braindead", "a nobody", "a disgrace", "revolting", "fat and ugly", "old and ugly", "a liar",
    "so stupid it hurts", "the worst person here", "a dirty cheat", "human garbage",
)  # fmt: skip
_EN_KIND = (
    "lovely", "amazing", "funny", "so kind", "talented", "the best", "a star", "great tonight",
    "beautiful", "sweet", "an inspiration", "a legend", "brilliant", "hilarious", "so calm",
    "a good listener", "a wonderful host", "nice", "clever", "smart", "honest", "early today",
    "late again", "new here", "from the north", "tired today", "right about that", "a bit quiet",
    "out of focus", "too far from the light", "muted", "on time", "a night owl", "welcome here",
    "a real artist", "cute", "gorgeous", "stunning", "so relaxed", "a sweetheart", "back already",
)  # fmt: skip
_EN_AT_YOU = (
    "you are {}", "you're {}", "ur {}", "u are {}", "you are just {}", "you are such {}",
    "honestly you are {}", "god you are {}", "wow you are {}", "everyone knows you are {}",
    "you look {}", "you sound {}", "i think you are {}", "she is {}", "he is {}", "they are {}",
    "you really are {} you know", "lol you are {}", "you have always been {}",
)  # fmt: skip
_EN_AT_THINGS = (
    "this song is {}", "my day was {}", "my connection is {}", "the weather is {}", "i feel {}",
    "that game was {}", "i am {} at this", "the traffic was {}", "my cooking is {}",
    "this level is {}", "my coffee tastes {}", "your dog is {}", "your cat looks {}",
    "that lamp is {}", "my old chair is {}", "what a {} morning", "the new update is {}",
    "your sweater is {} and i want one", "this party is {}", "that bird on the roof is {}",
)  # fmt: skip
_EN_THING_WORDS = (
    "awful", "terrible", "stupid", "useless", "great", "fine", "slow", "beautiful", "dumb", "bad",
    "gross", "garbage", "lovely", "strange", "disgusting", "ugly", "so-so", "pathetic", "a joke",
    "a clown", "horrible", "nice", "old", "weird",
)  # fmt: skip
_EN_HARM = (
    "nobody likes you", "nobody wants you here", "go away and never come back", "just die",
    "i hope you fail", "i hope you lose everything", "the world is better without you",
    "you should be ashamed", "you make me sick", "you disgust me", "shut up", "shut your mouth",
    "get lost", "i hate you", "we all hate you", "no one will ever love you", "drop dead",
    "you deserve to suffer", "i hope you get hurt", "you don't deserve to live",
    "hate people like you", "people like you should disappear", "crawl back where you came from",
    "you belong in the trash", "look at your ugly face", "your face makes me sick",
    "what is wrong with you idiot", "stop embarrassing yourself", "you will always be alone",
    "nobody would miss you", "i will make you regret this", "you are dead to me", "delete yourself",
    "quit already loser", "even your mother hates you", "your kind is not welcome",
    "you people are animals", "are you really that stupid", "you are not wanted here",
    "you are not welcome go away", "everyone laughs at you", "they all laugh at your body",
    "nobody can stand you", "you look like trash", "you look like garbage", "she is so stupid",
    "he is so ugly", "how dumb can you be", "learn to speak you idiot",
)  # fmt: skip
_EN_PLAIN = (
    "good evening everybody", "how are you today", "what is the goal tonight", "love this song",
    "can you play another one", "hello from the north", "the sound is fine now",
    "thank you so much", "see you tomorrow", "happy birthday", "what camera do you use",
    "i just tipped you", "when are you live again", "that was so funny", "i love your hair",
    "this is my first time here", "can you turn up the music", "your light is a bit dark",
    "the picture freezes sometimes", "i have to go to work soon", "who else is watching from home",
    "i missed the start", "the spin was fun", "do the next challenge", "what a night",
    "we are nearly at the goal", "i hate mondays", "i hate when it lags", "i am dying of laughter",
    "this killed me lol", "that joke was terrible haha", "i feel sick today",
    "i am so stupid i forgot my password", "i lost again", "you won the duel",
    "damn that was close", "no way", "what the hell just happened", "the trash is full brb",
    "pigs are clever animals", "my dog is an idiot", "shut the door please",
    "the ugly duckling is my favourite story", "get some rest", "nobody told me it was today",
    "everyone is welcome", "i don't like this colour", "i disagree with you", "that is not true",
    "please stop the music", "you were late yesterday", "you forgot my name", "your mic is off",
    "i think the price is too high", "this is boring", "can we change the topic", "stop lagging",
    "bring the drums", "i would kill for a pizza", "you should sleep more", "you look tired",
    "your face is frozen", "your voice makes me calm", "nobody does it like you",
    "i want you to win", "people like you make my day", "the world is better with you in it",
    "i hope you feel better", "i hope you win everything", "nobody beats you at this",
    "nobody beats this playlist", "don't be so hard on yourself", "don't be sad",
    "stop it you make me smile", "stop it i am blushing", "you are the worst at goodbyes haha",
    "shut up and take my money", "ugly sweater party tonight", "be kind to yourself",
    "you are too kind", "take a break", "are you going to dance", "could i make a request",
    "my phone is dying", "the stream died for a second", "you are killing it", "waiting is hard",
    "your hair looks different", "never stop singing", "what time is it there",
    "no one sings like you", "what is wrong with the stream",
)  # fmt: skip
_NL_BELITTLING = (
    "zielig", "walgelijk", "waardeloos", "nutteloos", "dom", "een idioot", "een loser",
    "een mislukkeling", "een grap", "afval", "vuilnis", "lelijk", "goor", "weerzinwekkend",
    "een clown", "hersenloos", "niks waard", "smerig", "talentloos", "een schande", "een sukkel",
    "een varken", "een koe", "een viezerik", "een leugenaar", "een griezel", "te dom voor woorden",
    "een ramp", "oud en lelijk", "dik en lelijk", "een nietsnut", "een debiel", "gestoord",
    "de slechtste hier", "een aansteller", "een oplichter", "achterlijk", "een lelijkerd",
)  # fmt: skip
_NL_KIND = (
    "lief", "geweldig", "grappig", "zo aardig", "talentvol", "de beste", "een ster",
    "goed vanavond", "mooi", "een inspiratie", "een legende", "briljant", "zo rustig",
    "een goede luisteraar", "slim", "eerlijk", "vroeg vandaag", "weer laat", "nieuw hier",
    "uit het noorden", "moe vandaag", "een beetje stil", "onscherp", "te donker in beeld",
    "gedempt", "op tijd", "welkom hier", "een echte artiest", "leuk", "prachtig", "zo ontspannen",
    "een schat", "alweer terug", "knap",
)  # fmt: skip
_NL_AT_YOU = (
    "je bent {}", "jij bent {}", "jij bent echt {}", "je bent gewoon {}", "wat ben jij {}",
    "eerlijk gezegd ben je {}", "iedereen weet dat je {} bent", "je ziet er {} uit", "je klinkt {}",
    "ik vind je {}", "zij is {}", "hij is {}", "jullie zijn {}", "lol je bent {}",
    "je bent altijd al {} geweest", "man wat ben je {}",
)  # fmt: skip
_NL_AT_THINGS = (
    "dit liedje is {}", "mijn dag was {}", "mijn verbinding is {}", "het weer is {}",
    "dat spel was {}", "ik ben {} in dit spel", "mijn eten is {}", "de file was {}",
    "je hond is {}", "die kat is {}", "die lamp is {}", "mijn oude stoel is {}",
    "wat een {} ochtend", "de nieuwe update is {}", "die vogel op het dak is {} haha",
    "die trui is {} en ik wil hem", "wat een {} dag van mij",
)  # fmt: skip
_NL_THING_WORDS = (
    "vreselijk", "dom", "nutteloos", "geweldig", "prima", "traag", "mooi", "slecht", "raar",
    "waardeloos", "goor", "lelijk", "zielig", "een ramp", "een grap", "walgelijk",
)  # fmt: skip
_NL_HARM = (
    "niemand mag jou", "niemand wil jou hier", "ga weg en kom nooit terug", "ga dood", "val dood",
    "ik hoop dat je alles verliest", "de wereld is beter zonder jou", "je moet je schamen",
    "ik word misselijk van je", "ik walg van je", "hou je bek", "hou je mond lelijkerd",
    "ik haat je", "we haten je allemaal", "niemand zal ooit van je houden",
    "je verdient het niet om te leven", "mensen zoals jij moeten verdwijnen",
    "je hoort bij het afval", "kijk naar je lelijke kop", "wat een lelijke kop heb jij",
    "stop jezelf voor schut te zetten", "je zult altijd alleen blijven", "niemand zou je missen",
    "je gaat hier spijt van krijgen", "zelfs je moeder haat je", "jouw soort is niet welkom",
    "jullie zijn beesten", "hoe dom kun je zijn", "sterf", "leer eens praten idioot",
    "wat een trieste vertoning ben jij", "donder op", "sodemieter op", "pleur op",
    "ik hoop dat je doodgaat", "ik hoop dat je valt", "wat een waardeloze vent ben je",
    "wat een lelijk wijf ben jij", "iedereen lacht je uit", "niemand vindt jou leuk",
    "je bent hier niet gewenst", "wat ben je toch een sukkel", "ben je echt zo dom",
)  # fmt: skip
_NL_PLAIN = (
    "goedenavond allemaal", "hoe gaat het vandaag", "wat is het doel vanavond", "heerlijk nummer",
    "kun je er nog een spelen", "groetjes uit het noorden", "het geluid is nu goed", "dankjewel",
    "tot morgen", "gefeliciteerd", "welke camera gebruik je", "ik gaf je net een tip",
    "wanneer ben je weer live", "dat was zo grappig", "je haar zit mooi",
    "ik ben hier voor het eerst", "mag de muziek harder", "je licht is wat donker",
    "het beeld hapert soms", "ik moet zo werken", "wie kijkt er nog meer",
    "ik heb het begin gemist", "wat een avond", "we zijn bijna bij het doel", "ik haat maandagen",
    "ik ga stuk van het lachen", "die grap was slecht haha", "ik voel me ziek vandaag",
    "ik ben zo dom ik vergat mijn wachtwoord", "weer verloren", "jij hebt het duel gewonnen",
    "dat scheelde weinig", "wat gebeurde daar nou", "de vuilnisbak is vol zo terug",
    "varkens zijn slimme dieren", "mijn hond is een sukkel", "doe de deur dicht alsjeblieft",
    "het lelijke eendje is mijn lievelingsverhaal", "rust lekker uit",
    "niemand zei dat het vandaag was", "iedereen is welkom", "ik vind deze kleur niet mooi",
    "ik ben het niet met je eens", "dat klopt niet", "zet de muziek even uit",
    "je was gisteren laat", "je bent mijn naam vergeten", "je microfoon staat uit",
    "ik vind de prijs te hoog", "dit is saai", "kunnen we het over iets anders hebben",
    "je ziet er moe uit", "je beeld staat stil", "van jouw stem word ik rustig",
    "niemand doet het zoals jij", "mensen zoals jij maken mijn dag",
    "de wereld is beter met jou erbij", "ik hoop dat je wint", "kom snel weer terug",
    "ik haat wachten", "ik haat files", "wat een slechte verbinding", "wat een domme fout van mij",
    "mag ik een verzoek doen", "ga je nog dansen", "het regent vreselijk",
    "kan het licht wat zachter", "wat heb je een mooie stem", "wees niet zo streng voor jezelf",
    "stop ik moet blozen", "hou op ik lach me dood", "mijn telefoon gaat dood",
    "pauze nemen mag hoor", "lelijke truien feest vanavond", "je bent te lief",
    "hoe laat is het bij jou", "hou je van pizza", "ga lekker slapen", "kijk naar die mooie lucht",
)  # fmt: skip
_EN_COMMON = """
the a an of to in on at for with from by about and or but so not no yes is are was were be been do
does did have has had can could will would should may might must this that these those there here
where when who whom what which why how all some any each every one two three first last next other
i you he she it we they me him her us them my your his our their mine yours person people man
woman friend group room show song game light sound picture camera screen goal token tip gift vote
night day week evening morning time hour minute year home work school city street house garden
train car bike road water coffee tea bread soup fish cheese music film book story dance drum
guitar piano voice colour blue green red yellow black white big small new old long short good
better best nice warm cold fast slow early late open close start stop go come see look hear say
tell ask answer know think feel want need like love play sing walk run sit stand read write make
take give bring keep find lose win show send wait begin end help try use buy sell eat drink sleep
dream laugh smile force save leave allow agree refuse share name step number word list rule known
item place just now
"""
_NL_COMMON = """
de het een van naar in op aan voor met uit bij over en of maar dus niet geen ja nee is zijn was
waren wees ben bent doe doet deed heb hebt heeft had kan kun kon zal zou moet mag wil dit dat deze
die er hier daar waar wanneer wie wat welke waarom hoe alle sommige elke een twee drie eerste
laatste volgende andere ik jij je hij zij ze wij we jullie mij hem haar ons hen mijn jouw zijn
onze hun persoon mensen man vrouw vriend groep kamer show liedje spel licht geluid beeld camera
scherm doel token tip cadeau stem nacht dag week avond ochtend tijd uur minuut jaar thuis werk
school stad straat huis tuin trein auto fiets weg water koffie thee brood soep vis kaas muziek
film boek verhaal dans trom gitaar piano kleur blauw groen rood geel zwart wit groot klein nieuw
oud lang kort goed beter best leuk warm koud snel langzaam vroeg laat open dicht begin stop ga kom
zie kijk hoor zeg vertel vraag antwoord weet denk voel wil nodig hou speel zing loop ren zit sta
lees schrijf maak neem geef breng bewaar vind verlies win stuur wacht eind help probeer gebruik
koop verkoop eet drink slaap droom lach spaar precies woon naam stap getal woord lijst regel
bekend plek net nu volgend
"""
_ENDS = ("", "", "", " lol", " haha", " !!", " ...", " tbh", " man", " echt", " today", " nou")


def _filled(templates: tuple[str, ...], words: tuple[str, ...]) -> list[str]:
    return [template.format(word) for template in templates for word in words]


def _mixed(common: str) -> list[str]:
    """Common words in any order: what says nothing about anybody must not count."""
    chance = random.Random(common.split()[0])  # noqa: S311 - repeatable, not secret
    known = common.split()
    return [" ".join(chance.choices(known, k=chance.randint(1, 6))) for _ in range(1500)]


def _sorts() -> Iterator[tuple[list[str], bool, int]]:
    """Sentences, whether they are toxic, and how many of them are taken."""
    yield _filled(_EN_AT_YOU, _EN_BELITTLING), True, 520
    yield _filled(_NL_AT_YOU, _NL_BELITTLING), True, 420
    yield list(_EN_HARM), True, 380
    yield list(_NL_HARM), True, 340
    yield _filled(_EN_AT_YOU, _EN_KIND), False, 520
    yield _filled(_NL_AT_YOU, _NL_KIND), False, 420
    yield _filled(_EN_AT_THINGS, _EN_THING_WORDS), False, 340
    yield _filled(_NL_AT_THINGS, _NL_THING_WORDS), False, 260
    yield _mixed(_EN_COMMON), False, 1400
    yield _mixed(_NL_COMMON), False, 1400
    yield list(_EN_PLAIN), False, 640
    yield list(_NL_PLAIN), False, 560


def sentences(seed: int) -> list[tuple[str, bool]]:
    """Shuffled training sentences, each with whether it is toxic; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    made: list[tuple[str, bool]] = []
    for pool, is_toxic, count in _sorts():
        made.extend(
            (_worn(chance.choice(pool) + chance.choice(_ENDS), chance), is_toxic)
            for _ in range(count)
        )
    chance.shuffle(made)
    return made


def _worn(text: str, chance: random.Random) -> str:
    """A text as people type it: now and then a letter doubled, dropped or swapped."""
    if chance.random() > 0.25 or len(text) < 6:
        return text
    at = chance.randrange(1, len(text) - 2)
    worn = (
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return chance.choice(worn)
