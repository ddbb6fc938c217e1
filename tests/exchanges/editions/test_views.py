"""The pages of editions, as people use them, in both languages."""

import pytest

from portal.core.db import db
from portal.exchanges.editions import queries
from portal.exchanges.editions.states import State
from portal.exchanges.models import Scheme
from portal.exchanges.states import State as VisitState
from tests.counting import counting
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import an_exchange, at
from tests.exchanges.editions.builders import a_draft, a_world_with_two_officers, published
from tests.exchanges.surroundings import TODAY
from tests.reading import read_csv, read_page

PERIOD = "first_on=2026-01-01&last_on=2026-12-31"
