"""What the owner sets: who sells, what tax, what shipping, as versions over the shop file.

Owns the document of these settings, its rules and its versions. Does not own what follows from them: prices
(`checkout`), taxes (`tax`), methods (`shipping`). Settings of the processes stand in `vivamarket.settings`.
"""

from vivamarket.shop_settings.document import SettingsDocument, rules_of
from vivamarket.shop_settings.live import LiveSettings
from vivamarket.shop_settings.model import SellingRules, SettingsVersion
from vivamarket.shop_settings.service import ShopSettings

__all__ = ["LiveSettings", "SellingRules", "SettingsDocument", "SettingsVersion", "ShopSettings", "rules_of"]
