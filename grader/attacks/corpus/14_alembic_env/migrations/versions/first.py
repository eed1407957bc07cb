import spy

revision = "first"
down_revision = None
spy.look()


def upgrade():
    spy.look()
