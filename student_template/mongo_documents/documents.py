"""Documents in MongoDB: the handout (README.md) says what each function has to do."""

from pymongo.database import Database


def add(db: Database, document: dict) -> str:
    """Stores a new document, and gives the 24 hex digits of its id when it is on the disk."""
    raise NotImplementedError("add() is not written yet")


def by_id(db: Database, id: str) -> dict | None:
    """Gives the document with this id; None if there is none, or if it is no id."""
    raise NotImplementedError("by_id() is not written yet")


def by_name(db: Database, name: str) -> list[dict]:
    """Gives all documents with exactly this name, in any order."""
    raise NotImplementedError("by_name() is not written yet")


def older_than(db: Database, age: float) -> list[dict]:
    """Gives the documents with an age greater than this one, by age and then by name."""
    raise NotImplementedError("older_than() is not written yet")


def rename(db: Database, id: str, name: str) -> bool:
    """Changes the name of a document and nothing else, and says whether there is such a document."""
    raise NotImplementedError("rename() is not written yet")


def replace(db: Database, id: str, document: dict) -> bool:
    """Puts another document in the place of one, and says whether there is such a document."""
    raise NotImplementedError("replace() is not written yet")


def add_interest(db: Database, id: str, interest: str) -> bool:
    """Adds an interest to a document unless it has it, and says whether there is such a document."""
    raise NotImplementedError("add_interest() is not written yet")


def birthday(db: Database) -> int:
    """Makes everybody a year older, in one statement, and gives how many documents have changed."""
    raise NotImplementedError("birthday() is not written yet")


def remove(db: Database, id: str) -> bool:
    """Removes a document, and says whether it was there."""
    raise NotImplementedError("remove() is not written yet")


def interest_counts(db: Database) -> dict[str, int]:
    """Gives how many documents have each interest, counted by the server."""
    raise NotImplementedError("interest_counts() is not written yet")


def ensure_indexes(db: Database) -> None:
    """Makes the index by name, and the one that keeps each e-mail from being there twice."""
    raise NotImplementedError("ensure_indexes() is not written yet")


def import_documents(db: Database, documents: list[dict]) -> int:
    """Stores many documents, without those that the server refuses, and gives how many are stored."""
    raise NotImplementedError("import_documents() is not written yet")


def drop(db: Database) -> None:
    """Removes the collection `docs`, and no other."""
    raise NotImplementedError("drop() is not written yet")
