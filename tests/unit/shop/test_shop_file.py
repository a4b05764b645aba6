import pytest

from vivamarket.shop.model import UnknownCurrency, UnknownLocale
from vivamarket.shop_file import BadShopFile, read_shop_file


def test_the_default_profile_sells_to_every_country_of_its_zones():
    file = read_shop_file()

    assert file.profile.default_locale == "en"
    assert "ES" in file.profile.countries
    for country in file.profile.countries:
        assert file.shipping.methods_to(country)


def test_an_unknown_key_names_its_place(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text('[shop]\nname = "X"\nemial = "typo"\n')

    with pytest.raises(BadShopFile, match="emial"):
        read_shop_file(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadShopFile, match=r"nowhere\.toml"):
        read_shop_file(tmp_path / "nowhere.toml")


def test_a_language_or_currency_the_shop_lacks_is_refused():
    profile = read_shop_file().profile

    with pytest.raises(UnknownLocale):
        profile.check_locale("tlh")
    with pytest.raises(UnknownCurrency):
        profile.check_currency("XTS")
