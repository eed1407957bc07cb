from logging.config import fileConfig

import spy
from alembic import context

fileConfig(context.config.config_file_name)
spy.look()
