"""Invoices set as PDF by Typst: tagged (PDF/UA-1), fonts embedded, no network and no system fonts.

What an invoice says goes in as JSON data, never as Typst code, so no name can change the page.
"""

from vivamarket.adapters.typst.printer import TypstPrinter

__all__ = ["TypstPrinter"]
