"""Time-based one-time passwords (RFC 6238)."""

from __future__ import annotations

from datetime import datetime

import pyotp

#: One step of 30 s to either side, for telephones whose clock is off (RFC 6238 §5.2).
STEPS_OFF_MAX = 1
CODE_LENGTH = 6


class PyotpCodes:
    """``TotpCodes`` as every authenticator app makes them: SHA-1, six digits, 30 seconds."""

    def new_secret(self) -> str:
        """See ``TotpCodes``: 160 random bits."""
        return pyotp.random_base32()

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        """See ``TotpCodes``."""
        digits = code.replace(" ", "")
        if len(digits) != CODE_LENGTH or not (digits.isascii() and digits.isdigit()):
            return None
        try:
            codes = pyotp.TOTP(secret)
            step = codes.timecode(now)
            near = range(step - STEPS_OFF_MAX, step + STEPS_OFF_MAX + 1)
            return next((each for each in near if codes.generate_otp(each) == digits), None)
        except ValueError:  # a secret that is not base 32, sent back altered
            return None
