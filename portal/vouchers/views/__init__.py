"""Pages of vouchers: the list, one voucher, instruments and awards."""

from portal.vouchers.views import giving, show
from portal.vouchers.views.base import blueprint

__all__ = ["blueprint", "giving", "show"]
