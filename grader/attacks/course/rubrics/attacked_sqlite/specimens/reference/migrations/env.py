import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine, text

fileConfig(context.config.config_file_name)
with create_engine(os.environ["DATABASE_URL"]).begin() as connection:
    connection.execute(text("CREATE TABLE moved (id integer)"))
