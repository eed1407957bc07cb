"""Which piece is which."""

import time

from grader.batch.similar.blocks import Block, blocks

GRAM = 3


def prints(text: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for at in range(len(text) - GRAM + 1):
        found.setdefault(hash(text[at : at + GRAM]), []).append(at)
    return found


def found(left: str, right: str) -> list[tuple[str, str]]:
    return [
        (left[block.left : block.left + block.signs], right[block.right : block.right + block.signs])
        for block in blocks(prints(left), prints(right), GRAM)
    ]


def test_pieces_in_another_order_are_told_apart() -> None:
    assert found("abcdefghij-0123456789", "0123456789+abcdefghij") == [
        ("abcdefghij", "abcdefghij"),
        ("0123456789", "0123456789"),
    ]


def test_a_piece_that_comes_twice_has_one_counterpart_each() -> None:
    twice = "abcdefghij-abcdefghij"
    assert [block.right for block in blocks(prints(twice), prints("abcdefghij+abcdefghij"), GRAM)] == [0, 11]


def test_no_two_blocks_share_a_sign() -> None:
    left, right = "abcdefghijklmnop" * 3, "ijklmnopabcdefgh" * 3
    for side in ("left", "right"):
        signs = [
            getattr(block, side) + offset
            for block in blocks(prints(left), prints(right), GRAM)
            for offset in range(block.signs)
        ]
        assert len(signs) == len(set(signs))


def test_a_chance_likeness_is_no_block() -> None:
    assert found("abc-------", "+++++++abc") == []


def test_the_same_sign_ten_thousand_times_takes_no_time() -> None:
    started = time.monotonic()
    same = prints("x" * 10_000)
    assert blocks(same, same, GRAM) == [Block(0, 0, 10_000)]
    assert time.monotonic() - started < 5
