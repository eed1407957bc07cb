"""Modules beside a solution that nobody will import."""

from grader.submission.intake.shadow import notes_on_shadows


def test_notes_a_module_of_pythons_and_a_driver() -> None:
    notes = notes_on_shadows([("json.py",), ("redis", "__init__.py"), ("meteorites.py",), ("redis", "x.py")])
    assert [note.split(";")[0] for note in notes] == [
        '"json.py" has the name of a standard module of Python\'s',
        '"redis" has the name of an installed package',
    ]


def test_is_silent_on_everything_else() -> None:
    assert notes_on_shadows([("sub", "x.py"), ("json.txt",), ("data", "json.py"), ("random.csv",)]) == ()
