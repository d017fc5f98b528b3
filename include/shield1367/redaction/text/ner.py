"""The model that looks at sentences which still hold something unexplained.

It reads sentences in which everything found so far already stands as its token, so that boilerplate with
different names is one sentence, and a scrubbed text gives the model what it saw last.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from shield1367.config.text import NerBackend, NerModel
from shield1367.errors import ConfigError, Problem

# The model's window is 512 tokens; a character is a token at worst, and detection is best in short windows.
_WINDOW = 400
_OVERLAP = 80
_PEOPLE = frozenset({"GIVEN_NAME", "SURNAME"})
_STREETS = frozenset({"STREET_NAME", "BUILDING_NUMBER", "SECONDARY_ADDRESS", "ZIP_CODE"})


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of a sentence the model names."""

    start: int
    end: int
    entity: str
    score: float


class Recognizer(Protocol):
    """Anything that finds names in sentences."""

    def find(self, sentences: Sequence[str]) -> list[list[Named]]:
        """Findings per sentence."""


def load_model(settings: NerModel, threshold: float, batch: int) -> Recognizer:
    """Load the model after its files have been held against their hashes.

    Raises:
        ConfigError: the package is missing, or a file is not the one that was pinned.
    """
    folder = verified_folder(settings)
    if settings.backend is NerBackend.RAMPART:
        return Rampart(folder, threshold, batch)
    return SpacyNer(folder, batch)


def verified_folder(settings: NerModel) -> Path:
    """The folder of the model inside its installed package, every pinned file checked (once per process)."""
    return _verified(settings.package, settings.folder, tuple(sorted(settings.files.items())))


@lru_cache(maxsize=8)
def _verified(package: str, inside: str, files: tuple[tuple[str, str], ...]) -> Path:
    where = f"models: {package}"
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ConfigError([Problem("text.yaml", where, "the package is not installed")])
    folder = Path(spec.origin).parent / inside
    problems = []
    for name, expected in files:
        path = folder / name
        if not path.is_file():
            problems.append(Problem("text.yaml", f"{where}: {name}", "the file is not in the package"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            problems.append(
                Problem("text.yaml", f"{where}: {name}", "the file's SHA-256 is not the pinned one")
            )
    if problems:
        raise ConfigError(problems)
    return folder


class Rampart:
    """The Rampart token classifier, through onnxruntime on one thread: processes scale it out."""

    def __init__(self, folder: Path, threshold: float, batch: int) -> None:
        onnxruntime = importlib.import_module("onnxruntime")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = importlib.import_module("tokenizers").Tokenizer.from_file(
            str(folder / "tokenizer.json")
        )
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        self._labels = [labels[str(index)] for index in range(len(labels))]
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._threshold = threshold
        self._batch = batch

    def find(self, sentences: Sequence[str]) -> list[list[Named]]:
        """Findings per sentence; long ones are read in overlapping windows."""
        windows = [
            (index, start)
            for index, sentence in enumerate(sentences)
            for start in _window_starts(len(sentence))
        ]
        encodings = self._tokenizer.encode_batch(
            [sentences[index][start : start + _WINDOW] for index, start in windows]
        )
        found: list[list[Named]] = [[] for _ in sentences]
        order = sorted(range(len(windows)), key=lambda position: len(encodings[position].ids))
        for begin in range(0, len(order), self._batch):
            group = order[begin : begin + self._batch]
            for position, named in zip(group, self._classify([encodings[p] for p in group]), strict=True):
                index, start = windows[position]
                found[index] += [Named(n.start + start, n.end + start, n.entity, n.score) for n in named]
        return [_keep(named) for named in found]

    def _classify(self, encodings: Sequence[Any]) -> list[list[Named]]:
        numpy = importlib.import_module("numpy")
        # A window never exceeds the model's positions: 400 characters and the two marks.
        width = min(512, max(len(encoding.ids) for encoding in encodings))
        feed = {name: numpy.zeros((len(encodings), width), dtype=numpy.int64) for name in self._inputs}
        for row, encoding in enumerate(encodings):
            length = min(width, len(encoding.ids))
            feed["input_ids"][row, :length] = encoding.ids[:length]
            feed["attention_mask"][row, :length] = 1
        logits = self._session.run(None, feed)[0]
        shifted = numpy.exp(logits - logits.max(axis=-1, keepdims=True))
        chances = shifted / shifted.sum(axis=-1, keepdims=True)
        return [self._read(encoding, chances[row]) for row, encoding in enumerate(encodings)]

    def _read(self, encoding: Any, chances: Any) -> list[Named]:
        named: list[Named] = []
        offsets = encoding.offsets
        # The best label besides "O" counts from the threshold on, even where "O" is likelier.
        best = chances[:, 1:].argmax(axis=-1) + 1
        for token in range(min(len(offsets), len(best))):
            start, end = offsets[token]
            score = float(chances[token, best[token]])
            if end <= start or score < self._threshold:
                continue
            label = self._labels[int(best[token])].split("-", 1)[1]
            entity = _entity(label)
            if entity is None:
                continue
            last = named[-1] if named else None
            if last and last.entity == entity and start - last.end <= 1:
                named[-1] = Named(last.start, end, entity, max(last.score, score))
            else:
                named.append(Named(start, end, entity, score))
        return named


class SpacyNer:
    """A spaCy pipeline with every pipe but ``ner`` left out."""

    def __init__(self, folder: Path, batch: int) -> None:
        spacy = importlib.import_module("spacy")
        self._pipeline: Any = spacy.load(
            folder, exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
        )
        self._batch = batch

    def find(self, sentences: Sequence[str]) -> list[list[Named]]:
        """Findings per sentence. Organisations count as people: the small model calls many names ORG."""
        entities = {"PERSON": "PERSON", "GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE", "ORG": "PERSON"}
        return [
            [
                Named(e.start_char, e.end_char, entities[e.label_], 0.6)
                for e in doc.ents
                if e.label_ in entities
            ]
            for doc in self._pipeline.pipe(sentences, batch_size=self._batch)
        ]


def _entity(label: str) -> str | None:
    if label in _PEOPLE:
        return "PERSON"
    if label == "CITY":
        return "PLACE"
    return "ADDRESS" if label in _STREETS else None


def _keep(named: list[Named]) -> list[Named]:
    """A number is an address only near a street; ids are the patterns' business."""
    streets = any(n.entity == "ADDRESS" and n.end - n.start > 6 for n in named)
    return [n for n in named if n.entity != "ADDRESS" or streets]


def _window_starts(length: int) -> range:
    return range(0, max(1, length - _OVERLAP), _WINDOW - _OVERLAP)
