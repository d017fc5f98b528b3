"""Where only a person stands: a known name that is a word as well, told by its place in the sentence.

"Sunday" is a day, and whose sister is "hermana de sunday" is somebody. In lower case, in capitals and where a sentence
begins a capital tells nothing; what a word is asked of, does or is owned by still does: custody *of* whom, he *and* who
slept, who *was moved*.
"""

from __future__ import annotations

from typing import Final

from shield1367.redaction.text.batch import Batch, Hit, has_barrier
from shield1367.redaction.text.kinds import CALLED
from shield1367.redaction.text.lexicon import Lexicon
from shield1367.redaction.text.look import CONTRACTED
from shield1367.redaction.text.people import SEVERAL, People

# What one finds after somebody's name, and before no other word that follows an adjective: "custody of said minor".
_CLOSES: Final = frozenset({
    "a", "about", "after", "al", "alone", "and", "as", "at", "because", "before", "between", "but", "by", "con",
    "cuando", "desde", "during", "en", "for", "from", "hasta", "he", "her", "his", "in", "into", "mi", "on", "or",
    "para", "pero", "por", "porque", "que", "quien", "she", "since", "su", "that", "their", "then", "they",
    "through", "to", "until", "when", "where", "while", "who", "whom", "whose", "with", "without", "y",
})  # fmt: skip
# Of these, what a verb is followed by as well.
_OBJECTS: Final = frozenset({"a", "he", "her", "his", "she", "that", "they", "to"})
_STOPS: Final = (",", ".", ";", ")", "(", "\n", ":", '"')
# Forms of a verb that have a subject before them.
_AUXILIARIES: Final = frozenset({
    "am", "are", "can", "cannot", "could", "did", "does", "estaba", "fue", "ha", "habia", "had", "has", "is",
    "tiene", "was", "were", "will", "would",
})  # fmt: skip
# What somebody did, where it does not end in "ed"; and what somebody does, that nothing else does.
_PAST: Final = frozenset({
    "beat", "began", "bit", "bought", "broke", "brought", "came", "choked", "cut", "drank", "drove", "fell",
    "fought", "found", "gave", "got", "grew", "held", "hit", "hurt", "kept", "knew", "lay", "left", "lives", "lost",
    "made", "met", "paid", "put", "ran", "said", "sat", "saw", "says", "sent", "shot", "shows", "slept", "sold",
    "spoke", "stole", "struck", "swore", "takes", "taught", "thinks", "threw", "told", "took", "wants", "went",
    "woke", "wore", "works", "wrote",
})  # fmt: skip
# What only a person does or undergoes: behind an auxiliary it tells a person from a country.
_DONE: Final = frozenset({
    "arrested", "beaten", "been", "born", "come", "detained", "disclosed", "fled", "gone", "hit", "left", "moved",
    "not", "placed", "pregnant", "put", "released", "removed", "said", "seen", "struck", "take", "taken", "told",
    "transferred",
})  # fmt: skip
# What one sees somebody do.
_SEEN: Final = frozenset({
    "approach", "arrive", "carry", "cross", "cry", "drive", "enter", "exit", "flee", "get", "grab", "hit", "hold",
    "leave", "push", "run", "sell", "sit", "stand", "strike", "take", "threaten", "walk",
})  # fmt: skip
# What is done to somebody right behind the verb; *with* and *to* whom; *of* whom.
_ASKED: Final = frozenset({
    "arrest", "arrested", "asked", "beat", "call", "called", "contact", "contacted", "detain", "detained",
    "divorce", "divorced", "encounter", "encountered", "help", "helped", "hit", "identified", "identify",
    "interview", "interviewed", "kill", "killed", "locate", "located", "loves", "married", "marry", "meet", "met",
    "observe", "observed", "rape", "raped", "saw", "see", "strike", "struck", "threaten", "threatened", "told",
    "visit", "visited",
})  # fmt: skip
_WITH: Final = frozenset({
    "call", "calls", "cohabits", "engaged", "lived", "lives", "living", "married", "resided", "resides",
    "separated", "speak", "speaking", "speaks", "spoke", "spoken", "stayed", "stays", "talked", "talks",
})  # fmt: skip
_CONCERNING: Final = frozenset({"against", "concerning", "regarding"})
# Behind these no clause ends with a verb.
_ABOUT: Final = frozenset({"about", "with"})
_ENDS: Final = (".", ";", "\n", ")")
_BEHIND_KIN: Final = (" ", ", ", ": ")
_OF: Final = frozenset(
    {"case", "custody", "name", "whereabouts", "guardian", "care", "photo", "photograph", "picture"}
)
_SUBJECTS: Final = frozenset({"he", "she", "they", "we", "i", "el", "ella", "yo"})
_SAYS: Final = frozenset({"alleges", "claims", "reports", "says", "states"})
# Before a clause of its own, which a name may open.
_THAT: Final = frozenset({
    "admitted", "after", "alleged", "alleges", "although", "because", "before", "claimed", "claims", "cuando", "if",
    "once", "porque", "que", "reported", "reports", "said", "says", "since", "stated", "states", "that", "when",
    "where", "whether", "while",
})  # fmt: skip
# A word for which "X will", "X had" is no more than a verb with another: it needs a verb that it cannot go with.
_FINITE: Final = frozenset({"had", "has", "was", "is", "did", "does", "will", "says", "said"})
# The same in the present: "may hit", "will put".
_BASE: Final = frozenset({"beat", "cut", "hit", "hurt", "put"})
# What may be said of a thing: "said left knee", "said detained alien".
_OF_A_THING: Final = frozenset({"found", "held", "kept", "left", "lost", "sent", "sold"})


def find_framed(batch: Batch, people: People, lexicon: Lexicon) -> None:
    """Add words that protected people are called by, where their place says that a person is meant."""
    frames = _Frames(batch, lexicon)
    for i in batch.having(CALLED, openly=True):
        if frames.holds(i):
            owner = people.words.get(batch.words[i], SEVERAL)
            end = batch.end(i + 1 if _is_bound(batch.gaps[i + 1], batch.after(i)) else i)
            batch.add(Hit(batch.starts[i], end, "PERSON", "known.framed", 0.8, owner))
            frames.named[batch.starts[i] : end] = 1


class _Frames:
    """The questions asked of a word's place; *named* are the characters that are of people."""

    def __init__(self, batch: Batch, lexicon: Lexicon) -> None:
        self._batch = batch
        self._lexicon = lexicon
        self._kin = lexicon.kin | lexicon.name_cues
        # Countries and the like, which act as well.
        self._institutions = lexicon.institutional - lexicon.calendar - lexicon.also_names
        self.named = batch.painted([hit for hit in batch.hits if hit.entity == "PERSON"])

    def holds(self, i: int) -> bool:
        batch = self._batch
        word, before, after = batch.words[i], batch.before(i), batch.after(i)
        verb = word in self._lexicon.function_words or word in self._lexicon.speech
        acts = self._acts(i, before, after, verb=verb)
        closes = self._closes(i, before, after, verb=verb)
        if not (acts or closes or self._is_named(i + 1)):
            return False
        return (
            self._is_owned(i, before, closes=closes)
            or (acts and self._opens(i, before))
            or (closes and self._is_asked(i, before, after, verb=verb))
            or self._is_one_of_two(i, before, after, clear=acts or (closes and not verb))
            or self._opens_name(i, verb=verb)
        )

    def _acts(self, i: int, before: str, after: str, *, verb: bool) -> bool:
        """Whether a verb follows that has a person for its subject."""
        if not after or self._batch.gaps[i + 1] not in (" ", ' "'):
            return False
        past = after in _PAST or self._lexicon.is_done(after)
        word = self._batch.words[i]
        if word in self._institutions:
            return past or (after in _AUXILIARIES and self._batch.after(i + 1) in _DONE)
        if not verb:
            return past or after in _AUXILIARIES
        if word == "said" and (after in _OF_A_THING or after.endswith("ed")):
            return self._closes(i + 1, word, self._batch.after(i + 1), verb=False)
        # "The man that may put him there", but "he says May put him there".
        return after in _FINITE or (past and (before in _SAYS or not _is_base(after)))

    def _closes(self, i: int, before: str, after: str, *, verb: bool) -> bool:
        """Whether a noun ends with the word: what follows is none that it would be said of."""
        gap = self._batch.gaps[i + 1]
        if gap.lstrip(" ").startswith(_STOPS) or not after or _is_bound(gap, after):
            return True
        if after in _SEEN:
            return before in _ASKED
        # Before a word that is none the word is a name: "the child israel aiz".
        if before in self._kin and after.isalpha() and not self._lexicon.is_ordinary(after):
            return len(after) > 1 and after not in self._lexicon.suffixes
        return after in _CLOSES and not (verb and after in _OBJECTS)

    def _is_owned(self, i: int, before: str, *, closes: bool) -> bool:
        """The child, sister or custody *of* somebody; somebody's relation by name; a man *known as* somebody."""
        batch = self._batch
        if not before or not closes:
            return False
        further = batch.before(i - 1)
        if before == "of":
            return further in _OF or further in self._lexicon.kin
        if before == "de":
            return further in self._kin
        if before == "as":
            return further == "known"
        return False

    def _opens(self, i: int, before: str) -> bool:
        """Whether a clause begins with the word, or what somebody has said; or a name stands before it."""
        return (
            self._batch.opens_clause(i)
            or before in _THAT
            or (before in self._kin and self._batch.gaps[i] in _BEHIND_KIN)
            or self._is_named(i - 1)
        )

    def _is_asked(self, i: int, before: str, after: str, *, verb: bool) -> bool:
        """Whether the word is whom somebody saw, told or spoke to, or the relation that was named before."""
        batch = self._batch
        if after in ("who", "whom") and batch.gaps[i + 1] == ", ":
            return True
        if before in self._kin:
            return batch.gaps[i] in _BEHIND_KIN and (
                not verb or "," in batch.gaps[i] or after in ("who", "quien")
            )
        if batch.gaps[i] != " ":
            return False
        if before in _ASKED:
            return True
        if before in _CONCERNING or (verb and before in _ABOUT):
            return not after or batch.gaps[i + 1][:1] in _ENDS
        return before in ("to", "with") and batch.before(i - 1) in _WITH

    def _is_one_of_two(self, i: int, before: str, after: str, *, clear: bool) -> bool:
        """He *and* who slept; a name *and* another, a name *with* another."""
        batch = self._batch
        if not clear or before not in ("and", "y", "with") or batch.gaps[i] != " ":
            return False
        return (before != "with" and batch.before(i - 1) in _SUBJECTS) or self._is_named(i - 2)

    def _opens_name(self, i: int, *, verb: bool) -> bool:
        """A given name that opens a sentence before a family name: "Happy Okafor reviewed the file"."""
        batch = self._batch
        if batch.gaps[i + 1] != " " or not self._is_named(i + 1) or not batch.opens_sentence(i):
            return False
        last = i + 1
        while (
            last + 1 < len(batch.words) and self._is_named(last + 1) and not has_barrier(batch.gaps[last + 1])
        ):
            last += 1
        behind = batch.after(last)
        return not verb or behind in _PAST or behind in _FINITE or behind.endswith("ed")

    def _is_named(self, i: int) -> bool:
        return 0 <= i < len(self._batch.words) and bool(self.named[self._batch.starts[i]])


def _is_base(verb: str) -> bool:
    """Whether a verb may follow "will" and "may": "may hit", "will need"."""
    return verb in _BASE or verb.endswith("eed")


def _is_bound(gap: str, after: str) -> bool:
    """Whether an apostrophe binds the word after to one before it: "Asma'u"."""
    return gap == "'" and after not in CONTRACTED
