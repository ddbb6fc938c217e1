"""flask vouchers check: the cap each firm has used, recounted."""

import pytest

from portal.core.db import db, transaction
from portal.vouchers.models import CapUse
from tests.vouchers.builders import a_scene, an_offer


@pytest.mark.parametrize(("spirited_away", "status"), [(0, 0), (1, 1)])
def test_the_command_names_the_firm_whose_use_of_the_cap_its_vouchers_do_not_confirm(
    committed, spirited_away, status
):
    with transaction():
        scene = a_scene()
        an_offer(scene)
        use = db.session.query(CapUse).one()
        use.used_cents -= spirited_away
        kept, firm = use.used_cents, scene.firm.ref

    done = committed.app.test_cli_runner().invoke(args=["vouchers", "check"])

    assert done.exit_code == status
    assert f"1 uses of a cap, {spirited_away} wrong" in done.output
    named = f"{firm}: {kept} cents used, the vouchers say 2000000"
    assert (named in done.output) is bool(spirited_away)
