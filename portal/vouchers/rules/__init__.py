"""Rules of vouchers: the cap of one firm, instruments and instalments, who may receive one."""
