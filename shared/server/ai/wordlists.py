"""What generated text and the questions for it may not touch, in English and Dutch.

Every pattern is matched against folded readings of a text (see `text.readings`): lower-case words
without accents, one space between them and one at either end. `~` at an end of a pattern lets the
word go on there, which catches compounds and inflections; without it the word must end.
"""

MINORS = (
    # English
    "underage", "under age", "under aged", "minor", "minors", "child", "children", "childlike",
    "kid", "kids", "teen", "teens", "teenage~", "preteen~", "tween", "tweens", "toddler~", "infant",
    "infants", "schoolgirl~", "schoolboy~", "school girl~", "school boy~", "little girl",
    "little girls", "little boy", "little boys", "young girl", "young girls", "young boy",
    "young boys", "jailbait", "loli", "lolita", "lolicon", "shota", "shotacon", "pedo~", "paedo~",
    "barely legal", "not yet 18", "almost 18", "under 18", "below 18", "younger than 18",
    "high school~", "middle school~", "elementary school~", "age play", "ageplay",
    "your daughter", "your son", "my daughter", "my son",
    # Dutch
    "minderjarig~", "kinderen", "kindje~", "kinderporno~", "kinderlijk~", "kleuter~", "peuter~",
    "tiener~", "puber~", "scholier~", "schoolmeisje~", "schooljongen~", "jong meisje",
    "jonge meisjes", "jonge meiden", "jong jongetje", "klein meisje", "kleine meisjes",
    "kleine jongen", "nog geen 18", "bijna 18", "onder de 18", "jonger dan 18", "middelbare school",
    "basisschool~", "brugklas~", "je dochter", "mijn dochter", "je zoon", "mijn zoon",
)  # fmt: skip

NON_CONSENT = (
    # English
    "without consent", "without her consent", "without his consent", "without their consent",
    "without my consent", "without your consent", "without permission", "without her knowing",
    "without him knowing", "without them knowing", "nonconsensual~", "non consensual~",
    "hidden camera~", "hidden cam", "spycam~", "spy cam~", "secretly film~", "secretly record~",
    "secretly tap~", "upskirt~", "drugged", "roofie~", "spiked her drink", "spike her drink",
    "rape", "raped", "raping", "rapist~", "molest~", "grope~", "groping", "deepfake~", "deep fake~",
    "revenge porn~", "leaked video~", "leaked nude~", "leaked picture~", "passed out",
    "unconscious",
    "while she sleeps", "while he sleeps", "while she is asleep", "while he is asleep",
    "she said no", "he said no", "incest~", "bestiality", "zoophil~",
    # Dutch
    "zonder toestemming", "zonder haar toestemming", "zonder zijn toestemming",
    "zonder dat zij het weet", "zonder dat ze het weet", "zonder dat hij het weet",
    "stiekem film~", "stiekem gefilmd", "stiekem opne~", "stiekem opgenomen", "verborgen camera~",
    "verkracht~", "aanrand~", "aangerand", "wraakporno~", "gedrogeerd", "drogeren", "gelekte foto~",
    "gelekte video~", "bewusteloos", "terwijl ze slaapt", "terwijl zij slaapt",
    "terwijl hij slaapt", "zei nee",
)  # fmt: skip

COERCION = (
    # English
    "force you", "force her", "force him", "force them", "forced you", "forced her", "forced him",
    "forced to", "force to", "make her do it", "against her will", "against his will",
    "against their will", "against your will", "against my will", "blackmail~", "extort~",
    "sextort~", "traffick~", "human trade", "threaten~", "or i will tell", "or i ll tell",
    "or ill tell", "or i will post", "or ill post", "you have no choice", "you have to obey or",
    "pimp", "pimps", "pimping", "enslave~", "kidnap~",
    # Dutch
    "dwing je", "dwing haar", "dwing hem", "dwingen", "gedwongen", "tegen haar wil",
    "tegen zijn wil", "tegen je wil", "tegen jouw wil", "tegen mijn wil", "chanteer~", "chanteren",
    "chantage~", "afpers~", "bedreig~", "mensenhandel~", "loverboy~", "of ik vertel het",
    "je hebt geen keus", "anders post ik", "anders zeg ik het", "ontvoer~",
)  # fmt: skip

SELF_HARM = (
    # English
    "kill myself", "killing myself", "kill yourself", "kill urself", "kys", "suicid~", "self harm~",
    "selfharm~", "hurt myself", "hurting myself", "cut myself", "cutting myself", "end my life",
    "ending my life", "want to die", "wanna die", "wish i was dead", "wish i were dead",
    "better off dead", "overdose~", "starve myself", "no reason to live", "dont want to live",
    # Dutch
    "zelfmoord~", "zelfdoding~", "zelfbeschadig~", "mezelf pijn", "mezelf snijden", "snijd mezelf",
    "maak mezelf dood", "maak jezelf dood", "wil dood", "dood willen", "wil niet meer leven",
    "geen zin meer in het leven", "einde aan mijn leven", "hang jezelf", "overdosis",
)  # fmt: skip

CONTACT = (
    # English
    "whatsapp~", "whats app", "telegram", "snapchat", "snap me", "my snap", "your snap", "kik me",
    "wechat", "viber", "skype", "facetime", "phone number", "cell number", "my number is",
    "whats your number", "what is your number", "give me your number", "have your number",
    "get your number", "send me your number", "text me at", "call me at", "email me",
    "e mail address", "email address", "home address", "your address", "my address",
    "where do you live", "where you live", "what street do", "your real name", "your full name",
    "your last name", "my real name is", "meet me at", "meet in person", "meet up in real life",
    "paypal~", "cashapp", "cash app", "venmo", "bank account", "discord me", "iban",
    # Dutch
    "telefoonnummer~", "mobiele nummer", "wat is je nummer", "wat is jouw nummer",
    "geef je nummer", "geef me je nummer", "mijn nummer is", "bel me op", "app me", "appen op",
    "huisadres~", "je adres", "jouw adres", "mijn adres", "waar woon je", "waar woont ze",
    "in welke straat", "je echte naam", "jouw echte naam", "je achternaam", "mijn echte naam",
    "afspreken in het echt", "in het echt afspreken", "in het echt ontmoeten", "rekeningnummer~",
    "tikkie~", "emailadres~", "mailadres~",
)  # fmt: skip
