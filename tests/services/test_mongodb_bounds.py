"""What the grader reads of a student's database has an end."""

from typing import Any
from uuid import uuid4

import pytest
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.decimal128 import Decimal128
from pymongo.errors import CursorNotFound

from grader.services.mongodb import MongoDB
from grader.services.mongodb.bounds import MOST_DOCUMENTS
from tests.services.conftest import mongodb_student

MILLION = {"$range": [0, 1_000_000]}


def numbers(size: int) -> list[dict[str, Any]]:
    """Stages that make so many documents of one."""
    return [{"$set": {"number": {"$range": [0, size]}}}, {"$unwind": "$number"}, {"$unset": "_id"}]


@pytest.mark.parametrize("large", [{}, {"text": "x" * 10_000}])
def test_view_without_end_is_not_read_to_its_end(mongodb: MongoDB, large: dict[str, str]) -> None:
    stages = [{"$set": {"more": MILLION, **large}}, {"$unwind": "$more"}, *numbers(1_000_000)]
    with mongodb_student(mongodb) as student:
        student.student.kept.insert_one({})
        student.student.create_collection("docs", viewOn="kept", pipeline=stages)
    with pytest.raises(CursorNotFound):
        list(mongodb.database.docs.find())
    with pytest.raises(CursorNotFound):
        list(mongodb.database.docs.aggregate([]))
    assert mongodb.is_intact()


def test_whatever_is_not_too_much_is_read(mongodb: MongoDB) -> None:
    mongodb.database.docs.insert_one({})
    for _ in range(2):
        assert len(list(mongodb.database.docs.aggregate(numbers(MOST_DOCUMENTS)))) == MOST_DOCUMENTS
    in_batches = mongodb.database.docs.aggregate(numbers(2_000), batchSize=5)
    assert len(list(in_batches)) == 2_000


class Opaque(TypeDecoder):
    """What the driver makes of a Decimal128, in place of its own type."""

    bson_type = Decimal128

    def transform_bson(self, value: Decimal128) -> object:
        del value
        return object()


def test_types_of_a_rubrics_own_are_no_way_around(mongodb: MongoDB) -> None:
    options: CodecOptions[dict[str, Any]] = CodecOptions(
        uuid_representation=UuidRepresentation.STANDARD, type_registry=TypeRegistry([Opaque()])
    )
    docs = mongodb.database.get_collection("docs", codec_options=options)
    docs.insert_many([{"id": uuid4()} for _ in range(300)])
    assert len(list(docs.find(batch_size=10))) == 300
    docs.update_many({}, {"$set": {"number": Decimal128("1.5")}})
    with pytest.raises(CursorNotFound):
        list(docs.find(batch_size=10))
