"""QR codes as pictures."""

from __future__ import annotations

import io

import segno

#: Light modules around the code, as scanners want them (ISO/IEC 18004).
_QUIET_MODULES = 4


def qr_svg(text: str) -> str:
    """Return the text's QR code as an SVG of paths alone; it scales to any size."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=_QUIET_MODULES, light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue().decode()
