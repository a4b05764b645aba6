from hypothesis import given
from hypothesis import strategies as st

from vivamarket.tax.model import EXEMPT, CountryTax, Taxable, TaxRules, tax_of

SPAIN = CountryTax("ES", "IVA", included=True, rates_ppm={"standard": 210_000, "reduced": 100_000})
BRITAIN = CountryTax("GB", "VAT", included=False, rates_ppm={"standard": 200_000, "reduced": 50_000})

TAXABLES = st.lists(
    st.builds(Taxable, st.integers(0, 10**8), st.sampled_from(["standard", "reduced", EXEMPT, "odd"])),
    max_size=30,
)


def test_included_tax_is_taken_out_of_the_price():
    result = tax_of([Taxable(1_210, "standard")], SPAIN)

    assert result.taxes == (210,)
    assert result.rates[0].base == 1_000


def test_excluded_tax_comes_on_top():
    result = tax_of([Taxable(1_000, "standard")], BRITAIN)

    assert result.taxes == (200,)
    assert result.rates[0].base == 1_000


def test_three_thirds_of_a_cent_are_rounded_once_not_three_times():
    each = Taxable(10, "reduced")

    result = tax_of([each, each, each], SPAIN)

    # 30 * 10 / 110 = 2.73 → 3 in one rounding; each line alone would give 1 + 1 + 1 by luck of rounding.
    assert result.total == 3
    assert sum(result.taxes) == 3


def test_an_unknown_class_pays_the_standard_rate():
    assert SPAIN.rate_ppm("jewellery") == 210_000


def test_a_country_without_rules_pays_no_tax():
    result = tax_of([Taxable(999, "standard")], TaxRules({}).of("JP"))

    assert result.total == 0
    assert result.rates == ()


@given(TAXABLES, st.sampled_from([SPAIN, BRITAIN]))
def test_lines_and_rates_sum_to_the_same_tax(taxables, country):
    result = tax_of(taxables, country)

    assert sum(result.taxes) == sum(rate.amount for rate in result.rates)
    assert all(tax >= 0 for tax in result.taxes)
    taxed = sum(each.amount for each in taxables if each.tax_class != EXEMPT)
    gross = sum(rate.base + (rate.amount if country.included else 0) for rate in result.rates)
    assert gross == taxed


@given(TAXABLES, st.sampled_from([SPAIN, BRITAIN]))
def test_each_line_is_within_one_unit_of_its_exact_tax(taxables, country):
    result = tax_of(taxables, country)

    for taxable, tax in zip(taxables, result.taxes, strict=True):
        rate = country.rate_ppm(taxable.tax_class)
        base = 1_000_000 + rate if country.included else 1_000_000
        assert abs(tax * base - taxable.amount * rate) < 2 * base
